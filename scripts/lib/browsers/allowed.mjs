/**
 * What the built client may use though some browsers of the list lack it, and why: it does without, or it is something else of
 * the same name.
 */
export const ALLOWED = {
  // Decoration: without it the page looks plainer, and works the same.
  'text-wrap': 'lines are then filled as usual',
  'scrollbar-width': 'the scroll bar is then the usual one',
  'scrollbar-color': 'the scroll bar is then the usual one',
  'scrollbar-gutter': 'the text then moves by a scroll bar where one takes room',
  'overscroll-behavior': 'the page behind has nothing to scroll',
  'overflow-anchor': 'who has no such anchoring needs none switched off',
  'content-visibility': 'all emoji are then laid out at once',
  'contain-intrinsic-size': 'goes with content-visibility',
  cursor: 'for a mouse',
  resize: 'for a mouse',
  '-webkit-touch-callout': 'for iOS alone, which no table has: others show nothing of their own there',
  'forced-color-adjust': 'who cannot choose colours has none to keep',
  outline: 'is then square',
  // With a way of its own for those without.
  'field-sizing': 'composer.tsx measures the text where CSS cannot',
  // Names.
  '.use': "React's",
  '.adopt': "libs/client's",
  '.drop': "libs/client's",
  '.take': "libs/client's",
  '.device': 'a text of the settings',
  '.forget': "the client's",
  '.format': "a formatter's of Intl, which is older",
  WebTransport: 'a way of Engine.IO that is not among those we allow it',
  '.createBidirectionalStream': 'goes with WebTransport',
  '.startViewTransition': 'React, for what asks for it',
  '.skipTransition': 'React, for what asks for it',
};
