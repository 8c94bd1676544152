/** A Mac and its relatives: ⌘ where others have Ctrl. */
export const MAC = /^(Mac|iP)/.test(navigator.platform);

/** Whether the one modifier for commands, Ctrl or ⌘, is held alone. */
export const hasCommandKey = (event: KeyboardEvent): boolean =>
  (MAC ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey) && !event.altKey && !event.shiftKey;

/** Whether what is pressed there is text. */
export const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
