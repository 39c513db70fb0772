import { z } from 'zod';

/** What is read of the objects; they have much more. */

const Annotations = z.record(z.string(), z.string()).nullish();
const Labels = Annotations;
const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
});
const Conditions = z.array(Condition).nullish();
const Predictor = z.object({
  annotations: Annotations,
  canaryTrafficPercent: z.number().optional(),
});
const ModelStatus = z
  .object({
    lastFailureInfo: z
      .object({ reason: z.string().optional(), message: z.string().optional() })
      .optional(),
  })
  .optional();

/** https://kserve.github.io/website/docs/reference/crd-api */
export const InferenceService = z.object({
  metadata: z.object({
    uid: z.string(),
    resourceVersion: z.string(),
    labels: Labels,
    deletionTimestamp: z.string().optional(),
    managedFields: z
      .array(
        z.object({
          manager: z.string().optional(),
          operation: z.string().optional(),
          subresource: z.string().optional(),
          time: z.string().optional(),
        }),
      )
      .nullish(),
  }),
  spec: z.object({
    predictor: Predictor,
    canary: z
      .array(
        z.object({
          trafficPercent: z.number(),
          predictor: z.object({ name: z.string().optional(), annotations: Annotations }),
        }),
      )
      .nullish(),
  }),
  status: z
    .object({
      conditions: Conditions,
      deploymentMode: z.string().optional(),
      modelStatus: ModelStatus,
      canaryStatuses: z
        .array(z.object({ name: z.string(), ready: z.boolean(), modelStatus: ModelStatus }))
        .nullish(),
      components: z
        .record(
          z.string(),
          z.object({
            latestReadyRevision: z.string().optional(),
            latestRolledoutRevision: z.string().optional(),
            previousRolledoutRevision: z.string().optional(),
            traffic: z
              .array(
                z.object({
                  revisionName: z.string().optional(),
                  latestRevision: z.boolean().optional(),
                  percent: z.number().nullish(),
                }),
              )
              .nullish(),
          }),
        )
        .optional(),
    })
    .optional(),
});
export type InferenceService = z.output<typeof InferenceService>;

export const Revision = z.object({ metadata: z.object({ annotations: Annotations }) });

export const Deployment = z.object({
  metadata: z.object({ generation: z.number().default(0), annotations: Annotations }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
    })
    .optional(),
});
export type Deployment = z.output<typeof Deployment>;

/** Of the Gateway API. */
export const HttpRoute = z.object({
  spec: z.object({
    rules: z
      .array(
        z.object({
          backendRefs: z
            .array(z.object({ name: z.string(), weight: z.number().default(1) }))
            .nullish(),
        }),
      )
      .nullish(),
  }),
  status: z.object({ parents: z.array(z.object({ conditions: Conditions })).nullish() }).optional(),
});
export type HttpRoute = z.output<typeof HttpRoute>;

/** Why it is not ready; undefined if it says nothing. */
export function whyIn({ status }: InferenceService): string | undefined {
  const states = [
    status?.modelStatus,
    ...(status?.canaryStatuses ?? []).map((one) => one.modelStatus),
  ];
  const failed = states.map((one) => one?.lastFailureInfo).find(Boolean);
  const unready = status?.conditions?.filter(
    (one) => one.status === 'False' && one.type !== 'Stopped',
  );
  const words = [
    failed && [failed.reason, failed.message].filter(Boolean).join(': '),
    ...(unready ?? []).map(({ type, reason, message }) =>
      [`${type} is False`, reason, message].filter(Boolean).join(': '),
    ),
  ].filter(Boolean);
  return words.length === 0 ? undefined : words.join('; ').replaceAll(/\s+/g, ' ').slice(0, 400);
}
