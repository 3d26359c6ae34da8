// SPDX-License-Identifier: BSD-2-Clause

/** A service said no. Printed as `PROG: error (CODE): MESSAGE`, exit 1; `code` is the wire's own. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  constructor(
    readonly code: string,
    message: string,
    /** HTTP status. */
    readonly status: number,
    /** Further elements of the error document, such as S3's `Bucket`. */
    readonly detail: Readonly<Record<string, string>> = {},
  ) {
    super(message)
  }
}

export type ClientErrorReason = 'connection' | 'timeout' | 'parse' | 'redirect' | 'signing' | 'checksum'

/** No answer, or none that can be read. Printed as `PROG: error: MESSAGE`, exit 1. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  constructor(
    readonly reason: ClientErrorReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
