import type { z } from 'zod';
import type { OpenAnswer } from '../http.ts';

/** How to reach a cluster; without a kubeconfig, as the service account of the pod that this runs in. */
export interface ClusterPlace {
  kubeconfig?: string | undefined;
  context?: string | undefined;
  /** Default: that of the context, or of the pod. */
  namespace?: string | undefined;
}

/** What of this process a cluster is reached with. */
export interface ClusterReach {
  /** An environment variable of this process; undefined if it is not set. */
  environment(name: string): string | undefined;
  /** The environment of programs that give credentials. */
  programs: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

export interface ClusterCall {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /** What it is for, for errors: `Creating the job run-7`. */
  doing: string;
  query?: Readonly<Record<string, string>>;
  body?: object;
  /** Of the body; default: JSON. */
  type?: string;
}

export interface ClusterAnswer {
  status: number;
  /** Undefined if it is not JSON. */
  json: unknown;
  /** In the words of the cluster. */
  message: string;
}

/** The API of a Kubernetes cluster. Everything throws Unreachable, and Refused where people must act. */
export interface Cluster {
  namespace: string;
  /** Answers are given whatever their status is. */
  call(call: ClusterCall): Promise<ClusterAnswer>;
  /** An answer of any length, which is read as it comes. */
  open(call: ClusterCall): Promise<OpenAnswer>;
  /** Undefined: there is no such object. */
  get<T>(path: string, doing: string, shape: z.ZodType<T>): Promise<T | undefined>;
}

export type OpenCluster = (place: ClusterPlace, reach: ClusterReach) => Promise<Cluster>;
