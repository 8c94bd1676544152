import { plainForm } from './case-key';
import { looks } from './looks';

/** Who speaks for the system, whom a mention means, what the product and its rooms are called; English and German. */
const RESERVED =
  'admin,admins,administrator,administrators,administration,system,sysadmin,sysop,root,superuser,operator,owner,moderator,' +
  'moderators,mod,mods,staff,team,support,help,helpdesk,hilfe,security,sicherheit,service,official,offiziell,server,webmaster,' +
  'postmaster,hostmaster,abuse,noreply,mailer,bot,chatbot,' +
  'general,allgemein,everyone,everybody,all,alle,jeder,here,hier,online,room,rooms,raum,channel,channels,kanal,group,gruppe,' +
  'me,ich,you,du,self,nobody,niemand,anonymous,anonym,unknown,unbekannt,guest,gast,visitor,deleted,deleted user,' +
  'gelöschter benutzer,' +
  'null,undefined,redis,redis-chat';

/** What stands behind a name where the client says something of a person. */
const MARKS = 'online,offline,away,abwesend,busy,beschäftigt';
/** In brackets, or the last word of several. */
const BRACKETED = /\p{Ps}([^\p{Ps}\p{Pe}]*)(?:\p{Pe}|$)/gu;
const LAST_WORD = /\s([\p{L}\p{M}\p{N}]+)\P{L}*$/u;

const SEPARATORS = /[^\p{L}\p{M}\p{N}]+/gu;

/** A word's looks without whatever stands around and between its letters: `@a.d.m.i.n`. */
const bareLooks = (name: string) => looks(plainForm(name).replace(SEPARATORS, ''));

/** Letters drawn in another way, of which UTS #39 lists none: small capitals, and those in squares, circles and flags. */
const SMALL_CAPITALS = new Map(
  [...'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ'].map((char, i) => [char, 'abcdefghijklmnoprstuvwyz'.charAt(i)]),
);
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const ALPHABETS = [0x1f150, 0x1f170, 0x1f1e6];

/** A name without ornaments: marks on its letters, and what is drawn around them. */
function plain(name: string): string {
  let letters = '';
  for (const char of name.normalize('NFKD').replace(/\p{M}/gu, '')) {
    const point = char.codePointAt(0) ?? 0;
    const drawn = ALPHABETS.map((first) => LETTERS[point - first]).find((letter) => letter !== undefined);
    letters += drawn ?? SMALL_CAPITALS.get(char) ?? char;
  }
  return letters;
}

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

let sets: { words: ReadonlySet<string>; marks: ReadonlySet<string> } | undefined;

const looksOf = (words: string): ReadonlySet<string> =>
  new Set(words.split(',').flatMap((word) => [word, capitalised(word), plain(word)].flatMap(bareLooks)));

const isIn = (words: ReadonlySet<string>, name: string) =>
  [name, plain(name)].flatMap(bareLooks).some((look) => words.has(look));

/**
 * Whether a name is one that people would take for the system's own, looks like such a one, or ends as if the system said
 * something of a person: `Ann (admin)`, `Ann offline`.
 */
export function isReserved(name: string): boolean {
  sets ??= { words: looksOf(`${RESERVED},${MARKS}`), marks: looksOf(MARKS) };
  const { words, marks } = sets;
  const form = name.normalize('NFKC');
  const remarks = [...form.matchAll(BRACKETED)].map(([, remark = '']) => remark);
  const last = LAST_WORD.exec(form)?.[1];
  return [name, ...remarks].some((part) => isIn(words, part)) || (last !== undefined && isIn(marks, last));
}
