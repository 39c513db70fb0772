/** What everything that lives is keyed by: one model in one environment. */
export interface Endpoint {
  model: string;
  environment: string;
}

/** `flights/production`. Neither name holds a slash. */
export const endpointId = ({ model, environment }: Endpoint): string => `${model}/${environment}`;

export const isSameEndpoint = (one: Endpoint, other: Endpoint): boolean =>
  endpointId(one) === endpointId(other);
