// SPDX-License-Identifier: BSD-2-Clause
// The form in which commands see a service: an object with one method an operation, `ec2.describeImages({…})`.

export interface CallOptions {
  /** Aborts the request in flight and the waits between tries; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /**
   * Version of a query request's signature, 4 by default. euca-install-image and the eustore tools sign with 2, for
   * the clouds of their time. S3 requests follow the region's `s3-force-sigv4` instead.
   */
  readonly signature?: 2 | 4
  /**
   * Parameters of a query request beside the input's, for what no input can say: a list that is empty and yet there, and
   * names that only the service knows.
   */
  readonly parameters?: readonly (readonly [name: string, value: string])[]
  /** Called with the bytes of an upload's body read so far; begins anew with each try. */
  readonly onProgress?: ((bytesSent: number) => void) | undefined
}

export type Call<Input, Output> = {} extends Input
  ? (input?: Input, options?: CallOptions) => Promise<Output>
  : (input: Input, options?: CallOptions) => Promise<Output>

/** The promise-returning form of a method of an SDK's aggregated client, such as `EC2['describeImages']`. */
type CallOf<Method> = Method extends {
  (args: infer Input, options?: infer _Options): Promise<infer Output>
  (args: never, callback: never): void
  (args: never, options: never, callback: never): void
}
  ? Call<Input, Omit<Output, '$metadata'>>
  : never

/** The named operations of an SDK's aggregated client. */
export type Operations<Client, Names extends keyof Client> = {
  readonly [Name in Names]: CallOf<Client[Name]>
}
