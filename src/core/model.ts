/** Names of features and what their values are. Order is the order of declaration. */
export type FeatureSchema = Record<string, 'number' | 'category'>;

/** Half-open: from included, to excluded. */
export interface Window {
  from: Date;
  to: Date;
}
