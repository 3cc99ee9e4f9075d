import { ask, ended, Refused } from './api.js';

const longestPause = 10_000;

/**
 * Server-sent events by fetch: EventSource can't send the operator's token. Goes on until it is aborted or the token ends;
 * whatever else ends a connection, another one follows.
 */
export async function follow(signal, { onEvent, onOpen, onLost, onEnded }) {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const answer = await ask('/console/stream', { signal });
      onOpen();
      for await (const { event, data } of events(answer.body, signal)) {
        failures = 0;
        if (event === 'end') throw ended(data.reason);
        onEvent(event, data);
      }
      onLost(new Refused('The node closed the stream of live figures.', 'Trying again.'));
    } catch (failure) {
      if (signal.aborted) return;
      if (failure.signIn) return onEnded(failure);
      onLost(failure instanceof Refused ? failure : new Refused('The connection to the node broke.', 'Trying again.'));
    }
    await pause(Math.min(1000 * 2 ** failures, longestPause), signal);
  }
}

/** The stream's first event, or why there is none: whether a token is good for this console. */
export async function open(signal) {
  const answer = await ask('/console/stream', { signal });
  for await (const { event, data } of events(answer.body, signal)) {
    if (event === 'about') return data;
  }
  throw new Refused('The node closed the stream at once.', 'Repeat in a moment.');
}

async function* events(body, signal) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const stop = () => reader.cancel().catch(() => {});
  signal.addEventListener('abort', stop);
  try {
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += value;
      const blocks = rest.split('\n\n');
      rest = blocks.pop();
      for (const block of blocks) {
        const lines = block.split('\n');
        const field = name => lines.filter(line => line.startsWith(`${name}: `)).map(line => line.slice(name.length + 2)).join('\n');
        if (field('data')) yield { event: field('event') || 'message', data: JSON.parse(field('data')) };
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await stop();
  }
}

const pause = (milliseconds, signal) => new Promise(resolve => {
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
});
