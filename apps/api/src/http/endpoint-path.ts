import { AppError } from '@agent-engine/errors';

export type EndpointFunction = 'ai_agent_core_graphql' | 'ai_agent_core_ws';

/** An API Gateway in front may prefix the endpoint with an area, or a stage and an area: both mean nothing here. */
const SHAPE = /^(?:\/[^/]+){0,2}\/([^/]+)\/(ai_agent_core_graphql|ai_agent_core_ws)$/;

/**
 * Reads `/{endpoint_id}/{function}`, `/{area}/{endpoint_id}/…` and `/{stage}/{area}/{endpoint_id}/…`.
 * @param url as in the request line: still percent-encoded, with or without a query string
 * @returns undefined for any other path
 * @throws AppError `request.malformed` for escapes that decode to nothing, or to a slash that proxies might read as one
 */
export function endpointPath(url: string): { endpointId: string; function: EndpointFunction } | undefined {
  const [path = ''] = url.split('?', 1);
  const [, encoded, name] = SHAPE.exec(path) ?? [];
  if (encoded === undefined) return undefined;
  const endpointId = decode(encoded);
  if (endpointId === undefined || /[/\\]/.test(endpointId)) {
    throw new AppError('request.malformed', 'The endpoint in the URL is not properly percent-encoded.');
  }
  return { endpointId, function: name as EndpointFunction };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
