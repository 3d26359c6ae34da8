// SPDX-License-Identifier: BSD-2-Clause

/** An answer that says no. Thrown by operations, turned into the service's error document by its wire format. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** HTTP status; by default the one that the wire format knows for the code, else 400. */
    readonly status?: number,
    /** Further elements of the error document, such as S3's `BucketName`. */
    readonly detail: Readonly<Record<string, string>> = {},
    /** Headers that go with the answer, such as the ETag of a 304. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.name = 'Refusal'
  }
}

/** Answer the caller with an error. `never`, so that it can stand to the right of `??`. */
export const refuse = (
  code: string,
  message: string,
  status?: number,
  detail?: Readonly<Record<string, string>>,
): never => {
  throw new Refusal(code, message, status, detail)
}
