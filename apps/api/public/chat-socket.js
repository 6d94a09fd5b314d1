import { config, forgetToken, hasToken, tokenFor } from './server.js';

const LONGEST_PAUSE_MS = 10_000;
const ACK_WITHIN_MS = 10_000;

/**
 * The socket of one tenant. Connects again by itself, with growing pauses and a fresh token.
 * Events: `state` (detail: connecting | open | lost | refused) and `frame` (detail: one frame of the server).
 */
export class ChatSocket extends EventTarget {
  #partId;
  #socket;
  #freshUntil = 0;
  #failures = 0;
  #retry;
  state = 'connecting';
  connectionId = '';

  constructor(partId) {
    super();
    this.#partId = partId;
  }

  /** Connects now, dropping what there was. */
  async connect() {
    clearTimeout(this.#retry);
    this.#drop();
    if (!hasToken(this.#partId)) return this.#become('refused');
    this.#become('connecting');
    try {
      const { token, freshUntil } = await tokenFor(this.#partId);
      this.#freshUntil = freshUntil;
      this.#listen(new WebSocket(socketUrl(this.#partId, token)));
    } catch {
      this.#lost();
    }
  }

  /** Sends a frame over a socket whose token outlives an answer; connects first when need be. */
  async send(frame) {
    if (this.state !== 'open' || this.#freshUntil < Date.now()) {
      const open = this.#nextState();
      await this.connect();
      if ((await open) !== 'open') throw new Error('Not connected. Trying again…');
    }
    this.#socket.send(JSON.stringify(frame));
  }

  #listen(socket) {
    this.#drop();
    this.#socket = socket;
    const impatience = setTimeout(() => socket.close(), ACK_WITHIN_MS);
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type !== 'connection_ack') return this.#emit('frame', frame);
      clearTimeout(impatience);
      this.#failures = 0;
      this.connectionId = frame.connection_id;
      this.#become('open');
    };
    socket.onclose = () => {
      clearTimeout(impatience);
      if (socket === this.#socket) this.#lost();
    };
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #lost() {
    forgetToken(this.#partId);
    this.#become('lost');
    const pause = Math.min(500 * 2 ** this.#failures++, LONGEST_PAUSE_MS);
    this.#retry = setTimeout(() => this.connect(), pause);
  }

  #become(state) {
    this.state = state;
    this.#emit('state', state);
  }

  /** The state the attempt that starts now ends in. */
  #nextState() {
    return new Promise((resolve) => {
      const settle = ({ detail }) => {
        if (detail === 'connecting') return;
        this.removeEventListener('state', settle);
        resolve(detail);
      };
      this.addEventListener('state', settle);
    });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function socketUrl(partId, token) {
  const url = new URL(`/${config.endpointId}/ai_agent_core_ws`, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  url.search = new URLSearchParams({ token, part_id: partId });
  return url;
}
