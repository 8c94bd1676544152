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

const SEPARATORS = /[^\p{L}\p{M}\p{N}]+/gu;

/** A word's looks without whatever stands around and between its letters: `@a.d.m.i.n`. */
const bareLooks = (name: string) => looks(plainForm(name).replace(SEPARATORS, ''));

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

let reserved: ReadonlySet<string> | undefined;

/** Whether a name is one that people would take for the system's own, or looks like such a one. */
export function isReserved(name: string): boolean {
  reserved ??= new Set(RESERVED.split(',').flatMap((word) => [word, capitalised(word)].flatMap(bareLooks)));
  return bareLooks(name).some((look) => reserved?.has(look));
}
