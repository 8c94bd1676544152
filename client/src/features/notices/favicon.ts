/** The mark with a number on it, as the address of an image: what `favicon.svg` shows while nothing is unread. */
export function faviconWith(unread: number): string {
  const label = unread > 9 ? '9+' : String(unread);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#2f5bd3"/><path d="M12 9 20 17 12 25 4 17z" fill="#fff"/><circle cx="22" cy="10" r="10" fill="#bf2630"/><text x="22" y="15" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${label.length > 1 ? 12 : 15}" fill="#fff">${label}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Shows the number on the tab's icon. */
export function setFavicon(unread: number): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const href = unread > 0 ? faviconWith(unread) : '/favicon.svg';
  // Setting it, to the same even, has the browser load it.
  if (link && link.getAttribute('href') !== href) link.href = href;
}
