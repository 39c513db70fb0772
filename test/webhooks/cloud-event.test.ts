import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { CloudEvent, HTTP } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { ACTIONS, type AuditEvent } from '../../src/core/ports/audit.ts';
import { servedVersion } from '../../src/webhooks/cd-event.ts';
import { cloudEventOf } from '../../src/webhooks/cloud-event.ts';
import { redacted } from '../../src/webhooks/redacted.ts';

/** The schemas of github.com/cdevents/spec are kept beside the project. */
const SCHEMAS = ['../../..', '../../../..']
  .map((up) => new URL(`${up}/shared/reference/cdevents/schemas/`, import.meta.url))
  .find((folder) => existsSync(folder));

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
/** Links between events are not used. */
ajv.addSchema({ $id: 'https://cdevents.dev/0.6.0-draft/schema/links/embeddedlinksarray' });
const schemas = new Map<string, object>();
for (const file of SCHEMAS ? readdirSync(SCHEMAS).filter((name) => name.endsWith('.json')) : []) {
  const schema = JSON.parse(readFileSync(new URL(file, SCHEMAS), 'utf8'));
  schemas.set(schema.properties.context.properties.type.default, schema);
}

const ARTIFACT = 'a'.repeat(64);

function eventOf(action: string, change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    ...{ id: `event-${action}`, by: 'dev', action, subject: 'some/subject', via: 'web' },
    ...{ model: 'flights', environment: 'production', at: new Date('2026-11-30T12:00:00.123Z') },
    ...{ sequence: 42, hash: 'b'.repeat(64), previous: 'c'.repeat(64) },
    ...{ before: { version: 2 }, after: { version: 3, monitor: 'drift' } },
    ...change,
  };
}

const told = (event: AuditEvent, publicUrl?: string) =>
  cloudEventOf(event, {
    ...{ workspace: 'Flights & more', publicUrl },
    artifact: servedVersion(event) === undefined ? undefined : ARTIFACT,
  });

/** As a receiver with the reference library reads it. */
function received(event: AuditEvent) {
  const parsed = HTTP.toEvent({
    headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
    body: JSON.stringify(told(event)),
  });
  if (!(parsed instanceof CloudEvent)) throw new Error('one event was sent');
  return parsed;
}

describe('webhooks/cloud-event', () => {
  it.each([...ACTIONS, 'command.train'])('%s parses as a CloudEvent', (action) => {
    const event = received(eventOf(action));
    expect(event).toMatchObject({
      ...{ specversion: '1.0', id: `event-${action}`, datacontenttype: 'application/json' },
      source: '/wheelhouse/Flights%20%26%20more',
    });
    expect(event.validate()).toBe(true);
    expect(new Date(event.time ?? '')).toEqual(new Date('2026-11-30T12:00:00.123Z'));
    if (event.type.startsWith('dev.wheelhouse.'))
      expect(event).toMatchObject({
        ...{ type: `dev.wheelhouse.${action}`, subject: 'some/subject' },
        data: { action, by: 'dev', model: 'flights', sequence: 42, before: { version: 2 } },
      });
  });

  it.each<[string, Partial<AuditEvent>, string, object]>([
    ['deployment.live', { before: { version: null } }, 'service.deployed.0.3.0', {}],
    [
      'deployment.live',
      {},
      'service.upgraded.0.3.0',
      {
        id: 'flights/production',
        content: {
          environment: { id: 'production' },
          artifactId: `pkg:generic/flights@3?checksum=sha256:${ARTIFACT}`,
        },
      },
    ],
    ['deployment.rollback', {}, 'service.rolledback.0.3.0', {}],
    ['deployment.undeploy', { after: { version: null } }, 'service.removed.0.3.0', {}],
    [
      'promotion.requested',
      { id: 'gates-approval-1', subject: 'approval-1' },
      'approval.created.0.1.0',
      { id: 'approval-1', content: { requestor: 'urn:wheelhouse:person:dev' } },
    ],
    ['approval.approve', {}, 'approval.updated.0.1.0', { content: { decision: 'approved' } }],
    ['approval.reject', {}, 'approval.updated.0.1.0', { content: { decision: 'rejected' } }],
    ['approval.approved', {}, 'approval.closed.0.1.0', { content: { status: 'approved' } }],
    ['approval.rejected', {}, 'approval.closed.0.1.0', { content: { status: 'rejected' } }],
    ['approval.expired', { by: 'wheelhouse' }, 'approval.closed.0.1.0', {}],
    ['approval.superseded', {}, 'approval.closed.0.1.0', { content: { status: 'cancelled' } }],
    ['alert.open', {}, 'incident.detected.0.3.0', {}],
  ])('%s is a CDEvent', (action, change, type, subject) => {
    const event = received(eventOf(action, change));
    expect(event.type).toBe(`dev.cdevents.${type}`);
    expect(event.data).toMatchObject({ context: { id: event.id, type: event.type }, subject });
    if (!SCHEMAS) return console.warn('The schemas of CDEvents are absent: nothing was validated.');
    const validate = ajv.compile(schemas.get(event.type) ?? false);
    expect([validate(event.data), validate.errors]).toEqual([true, null]);
  });

  it('compares with schemas that refuse something', ({ skip }) => {
    if (!SCHEMAS) return skip('The schemas of CDEvents are absent.');
    const { data } = received(eventOf('deployment.live'));
    const validate = ajv.compile(schemas.get('dev.cdevents.service.upgraded.0.3.0') ?? true);
    expect(validate({ ...Object(data), more: 1 })).toBe(false);
  });

  it('is an event of our own where CDEvents asks for more than is known', () => {
    // Gates checked again, a version that is gone, an event without an environment.
    const again = eventOf('promotion.requested', { id: 'gates-approval-1-2' });
    expect(told(again).type).toBe('dev.wheelhouse.promotion.requested');
    const gone = cloudEventOf(eventOf('deployment.live'), { workspace: 'w' });
    expect(gone.type).toBe('dev.wheelhouse.deployment.live');
    const { environment: _, ...nowhere } = eventOf('alert.open');
    expect(told(nowhere).type).toBe('dev.wheelhouse.alert.open');
  });

  it('names the page where its address is known', () => {
    const { source, data } = told(eventOf('approval.approve'), 'https://ml.example.com');
    expect(source).toBe('https://ml.example.com');
    const page = 'https://ml.example.com/#/models/flights/production';
    expect(data).toMatchObject({ subject: { content: { approvalDetailsUrl: page } } });
  });

  it('holds no secret that somebody wrote into a reason', () => {
    const reason = 'see redis://user:hunter2-hunter2@db:6379 "quoted"';
    const event = told(eventOf('endpoint.hold', { after: { reason: [reason] } }));
    expect(redacted({ ...event })).toMatchObject({
      data: { after: { reason: ['see redis://user:***@db:6379 "quoted"'] } },
    });
  });
});
