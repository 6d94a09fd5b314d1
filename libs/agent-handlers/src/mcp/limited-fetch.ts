/** `fetch` whose answers, all together, have at most `maxBytes`: the one that exceeds it breaks off. */
export function limitedFetch(send: typeof fetch, maxBytes: number): typeof fetch {
  let left = maxBytes;
  return async (input, init) => {
    const response = await send(input, init);
    if (!response.body) return response;
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        left -= chunk.byteLength;
        if (left < 0) controller.error(new RangeError(`The server sends more than ${maxBytes} bytes.`));
        else controller.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(counted), { status, statusText, headers });
  };
}
