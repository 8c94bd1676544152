import type { Page } from 'playwright-core';

/** The gateways that a page was connected to, in order: a gateway's number begins the ids of its connections. */
export function gatewaysOf(page: Page): number[] {
  const gateways: number[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const number = /^0\{"sid":"(\d+)\./.exec(String(payload))?.[1];
      if (number) gateways.push(Number(number));
    });
  });
  return gateways;
}
