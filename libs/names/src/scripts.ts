/** ISO 15924 codes of the scripts of Unicode 17; Latin first, as most words are. */
const SCRIPTS = (
  'Latn Cyrl Grek Arab Hebr Deva Hani Hira Kana Hang Thai Adlm Aghb Ahom Armi Armn Avst Bali Bamu Bass Batk Beng Berf Bhks ' +
  'Bopo Brah Brai Bugi Buhd Cakm Cans Cari Cham Cher Chrs Copt Cpmn Cprt Diak Dogr Dsrt Dupl Egyp Elba Elym Ethi Gara Geor ' +
  'Glag Gong Gonm Goth Gran Gujr Gukh Guru Hano Hatr Hluw Hmng Hmnp Hung Ital Java Kali Kawi Khar Khmr Khoj Kits Knda Krai ' +
  'Kthi Lana Laoo Lepc Limb Lina Linb Lisu Lyci Lydi Mahj Maka Mand Mani Marc Medf Mend Merc Mero Mlym Modi Mong Mroo Mtei ' +
  'Mult Mymr Nagm Nand Narb Nbat Newa Nkoo Nshu Ogam Olck Onao Orkh Orya Osge Osma Ougr Palm Pauc Perm Phag Phli Phlp Phnx ' +
  'Plrd Prti Rjng Rohg Runr Samr Sarb Saur Sgnw Shaw Shrd Sidd Sidt Sind Sinh Sogd Sogo Sora Soyo Sund Sunu Sylo Syrc Tagb ' +
  'Takr Tale Talu Taml Tang Tavt Tayo Telu Tfng Tglg Thaa Tibt Tirh Tnsa Todr Tols Toto Tutg Ugar Vaii Vith Wara Wcho Xpeo ' +
  'Xsux Yezi Yiii Zanb'
).split(' ');
/** Scripts that one language writes together (UTS #39, 5.1): Japanese, Korean, Chinese with Bopomofo. */
const TOGETHER = [
  ['Hani', 'Hira', 'Kana'],
  ['Hani', 'Hang'],
  ['Hani', 'Bopo'],
];

let systems: readonly RegExp[] | undefined;

/** A pattern of words in some scripts; none when this Node.js does not know them yet, and so none of their characters. */
function wordsOf(scripts: readonly string[]): RegExp[] {
  const sets = ['Zyyy', 'Zinh', ...scripts].map((script) => `\\p{scx=${script}}`).join('');
  try {
    return [new RegExp(`^[${sets}]*$`, 'u')];
  } catch {
    return [];
  }
}

/** Whether a word is of one script, as UTS #39 means it: digits and punctuation belong to all. */
export function isOfOneScript(word: string): boolean {
  systems ??= [...SCRIPTS.map((script) => [script]), ...TOGETHER].flatMap(wordsOf);
  return systems.some((system) => system.test(word));
}
