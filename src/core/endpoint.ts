/** The key of everything about a live model: one model in one environment. */
export interface Endpoint {
  model: string;
  environment: string;
}

/** `flights/production`. Neither name contains a slash. */
export const endpointId = ({ model, environment }: Endpoint): string => `${model}/${environment}`;

export const isSameEndpoint = (one: Endpoint, other: Endpoint): boolean =>
  endpointId(one) === endpointId(other);
