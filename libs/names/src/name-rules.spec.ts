import { requireGoodName } from './name-rules';
import { isOfOneScript } from './scripts';

const refusal = (name: string): string | undefined => {
  try {
    requireGoodName(name);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

it.each([
  'Ann',
  'Ann Lee',
  'Ann 1',
  'User 49',
  "O'Neill",
  'José María',
  'Nguyễn Thị Minh',
  'Иван Петров',
  'Анна Smith',
  'Αλέξανδρος',
  'محمد',
  'דוד',
  '田中さくら',
  'サクラ田中',
  '김철수',
  '金철수',
  'ㄅ李',
  'देवी',
  'ที่รัก',
  '😀',
  '<b>',
  'x_y-z.7',
  'Allan',
  'Alladin',
  'Generalissimo',
  'Hereward',
  'Teamo',
  'Rooma',
  'Pablo (Madrid)',
  'You-Jin Song',
  'Kim Du',
  'Offline Oskar',
  'Ann Bot',
])('%j may be had', (name) => {
  expect(refusal(name)).toBeUndefined();
});

it.each([
  'Vіctoria',
  'Аnn',
  'pаypal',
  'Ann Мaria',
  'ΑΒC',
  'Ｖіctoria',
  '田中a',
  'admіn',
  'Iвaн',
  'aا',
  '李Ли',
  'ｗіde',
])('%j mixes scripts in a word', (name) => {
  expect(refusal(name)).toBe('invalid');
});

it.each([
  'admin',
  'Admin',
  'ADMIN',
  'adrnin',
  'adm1n',
  'ADMlN',
  'AdmIn',
  '@admin',
  'admin.',
  'a.d.m.i.n',
  'a d m i n',
  'admiṅ',
  'ạ̈ḍṃịṇ',
  'ᴀᴅᴍɪɴ',
  '🅰dmin',
  '🅐🅓🅜🅘🅝',
  '🇦🇩🇲🇮🇳',
  '-=[ Admin ]=-',
  'ａｄｍｉｎ',
  '𝐚𝐝𝐦𝐢𝐧',
  'administrator',
  'system',
  'ѕуѕтем',
  'General',
  'GeneraI',
  'general!',
  'GENERAL',
  'everyone',
  '@everyone',
  'here',
  'room',
  'ROOM',
  'r00m',
  'channel',
  'all',
  'ALL',
  'a11',
  'аll',
  'redis-chat',
  'Redis Chat',
  'redischat',
  'REDIS_CHAT',
  'support',
  'moderator',
  'Moderаtor',
  'root',
  'гооt',
  'null',
  'me',
  'ΜΕ',
  'Allgemein',
  'jeder',
  'Gelöschter Benutzer',
  'Pablo (you)',
  'Pablo (Du)',
  'Pablo ［YOU］',
  'Pablo 【you】',
  '(you) Pablo',
  'Pablo (you',
  'Pablo (a.d.m.i.n)',
  'Pablo [admin]',
  'Pablo offline',
  'Pablo Online!',
  'Pablo oﬄine',
  'offline',
])('%j nobody may have', (name) => {
  expect(refusal(name)).toBeDefined();
});

it('every letter of every script that there is makes a word of one script', () => {
  const without: string[] = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    const char = String.fromCodePoint(point);
    if (/[\p{L}\p{M}\p{N}]/u.test(char) && !isOfOneScript(char)) without.push(point.toString(16));
  }
  expect(without).toEqual([]);
});
