/** Who else is writing in a room. */
export const en = {
  one: (name: string) => `${name} is typing…`,
  both: (one: string, other: string) => `${one} and ${other} are typing…`,
  several: 'Several people are typing…',
};

export const de: typeof en = {
  one: (name) => `${name} schreibt …`,
  both: (one, other) => `${one} und ${other} schreiben …`,
  several: 'Mehrere Personen schreiben …',
};
