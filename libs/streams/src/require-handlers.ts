import { FACTS, type FactName, type ServiceName, serviceOf, WORK, type WorkPattern } from '@app/contracts';

/** Handlers as Nest keeps them, by pattern. */
type Found = ReadonlyMap<string, { isEventHandler?: boolean }>;

/**
 * Checks a service's handlers against the definitions: what is asked of it without a handler would wait in vain, and a handler
 * without a definition is never asked.
 * @param handlers perhaps those of other services in the same process, too
 * @throws Error naming all that is wrong
 */
export function requireHandlers(service: ServiceName, handlers: Found): void {
  const work = (Object.keys(WORK) as WorkPattern[]).filter((pattern) => serviceOf(pattern) === service);
  const facts = (Object.keys(FACTS) as FactName[]).filter((name) => FACTS[name].subscribers.includes(service));
  const missing = [
    ...work.filter((pattern) => handlers.get(pattern)?.isEventHandler !== false),
    ...facts.filter((name) => handlers.get(name)?.isEventHandler !== true),
  ];
  const unknown = [...handlers]
    .filter(([name, { isEventHandler }]) => !Object.hasOwn(isEventHandler ? FACTS : WORK, name))
    .map(([name]) => name);
  const faults = [
    missing.length > 0 && `no handler for ${missing.join(', ')}`,
    unknown.length > 0 && `no definition of ${unknown.join(', ')}`,
  ].filter(Boolean);
  if (faults.length > 0) throw new Error(`${service}: ${faults.join('; ')}`);
}
