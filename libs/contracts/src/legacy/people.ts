/** The demo's people, there where demo data is on. */
export const DEMO_USERNAMES = ['Pablo', 'Joe', 'Mary', 'Alex'] as const;
export const DEMO_PASSWORD = 'password123';
