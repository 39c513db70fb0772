import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadWorkspace } from '../../config/workspace.ts';
import { greeting } from '../../src/supervisor/greeting.ts';

const greet = async (example: string, home = '.wheelhouse') => {
  const folder = fileURLToPath(new URL(`../../examples/${example}`, import.meta.url));
  return greeting('http://127.0.0.1:4680', 'secret', await loadWorkspace(folder), home);
};

describe('supervisor/greeting', () => {
  it('names a requester and an approver, and mentions traffic only if a program sends it', async () => {
    const flights = await greet('flights');
    expect(flights).toContain('Switch from dev to lead and approve');
    expect(flights).toContain('Traffic then goes to version 1');

    const churn = await greet('python');
    expect(churn).toContain('In #churn, type  /train churn');
    expect(churn).toContain('Switch from dana to lee and approve');
    expect(churn).not.toMatch(/traffic|flights/i);
    expect(churn).toContain('Version 1 then answers your requests');
  });

  it('says how the command line finds a demo whose state lies elsewhere', async () => {
    expect(await greet('flights')).toContain(':  npx wheelhouse status flights');
    expect(await greet('flights', '/srv/state')).toContain(
      ':  WHEELHOUSE_HOME=/srv/state npx wheelhouse status flights',
    );
  });
});
