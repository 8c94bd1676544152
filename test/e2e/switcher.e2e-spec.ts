import { DESKTOP, SMALL_PHONE, shoot } from './support/screens';
import { Tab } from './support/tab';
import { useWorld } from './support/world';

const world = useWorld();
const GERMAN = { locale: 'de-DE' };

describe('without a mouse', () => {
  it('jumps to somebody by a few letters, writes to them, and jumps back', async () => {
    const tab = await Tab.enter(await world.browser.visitor(world.at(0), DESKTOP), 'Pablo');
    const { page } = tab;
    const { keyboard } = page;
    await page.locator('textarea:focus').waitFor();
    await keyboard.press('Control+k');
    await page.getByRole('combobox').and(page.locator(':focus')).waitFor();
    await shoot(page, 'switcher');
    await keyboard.type('mar');
    await page.getByRole('option', { name: /^Mary/, selected: true }).waitFor();
    await keyboard.press('Enter');

    await tab.field('Mary').and(page.locator(':focus')).waitFor();
    await keyboard.type('Found you with three letters');
    await keyboard.press('Enter');
    await tab.sees('Found you with three letters');

    await keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await keyboard.press('Escape');
    await tab.field('Mary').and(page.locator(':focus')).waitFor();
    await keyboard.press('Control+k');
    await page.getByRole('combobox').fill('gen');
    await keyboard.press('Enter');
    await tab.field().and(page.locator(':focus')).waitFor();
  });

  it('shows all shortcuts with a question mark, and goes back to where one was', async () => {
    const tab = await Tab.enter(await world.browser.visitor(world.at(0), DESKTOP), 'Pablo');
    const { page } = tab;
    await tab.person('Joe').focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await shoot(page, 'shortcuts');
    await page.keyboard.press('Escape');
    await tab.person('Joe').and(page.locator(':focus')).waitFor();
  });
});

describe('in a German browser', () => {
  it('speaks German from the first screen on, also of what goes wrong', async () => {
    const visitor = await world.browser.visitor(world.at(0), { ...GERMAN, expected: [/status of 401/] });
    const page = await visitor.open();
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    expect(await page.locator('body').textContent()).not.toMatch(/Sign in|Password|User name/);
    await shoot(page, 'german-sign-in');

    await page.getByLabel('Benutzername').fill('Pablo');
    await page.getByLabel('Passwort', { exact: true }).fill('falsch');
    await page.keyboard.press('Enter');
    await page.getByText('Benutzername und Passwort passen nicht zusammen.').waitFor();
    await page.getByRole('button', { name: 'Konto anlegen' }).click();
    await page.getByLabel('Benutzername').fill('Zoë 2');
    await page.getByLabel('Passwort', { exact: true }).fill('kurz');
    await page.keyboard.press('Enter');
    await page.getByText('Das Passwort muss mindestens 8 Zeichen lang sein.').waitFor();

    await page.getByRole('button', { name: 'Alex' }).click();
    await page
      .getByRole('navigation', { name: 'Räume' })
      .getByRole('link', { name: /^General/ })
      .waitFor();
    await shoot(page, 'german-chat');
  });
});

describe('on a small phone', () => {
  it('jumps from a sheet as wide as the screen', async () => {
    const visitor = await world.browser.visitor(world.at(0), { ...SMALL_PHONE, ...GERMAN });
    const page = await visitor.open();
    await page.getByRole('button', { name: 'Joe' }).click();
    await page.getByRole('button', { name: 'Springen zu …' }).click();
    await page.getByRole('combobox').waitFor();
    const box = await page.getByRole('dialog').boundingBox();
    expect(box).toMatchObject({ x: 0, y: 0, width: 320 });
    await shoot(page, 'switcher-small-phone');
    await page.getByRole('option', { name: /^Pablo/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Pablo' }).waitFor();
  });
});
