// SPDX-License-Identifier: BSD-2-Clause

export interface ConfigErrorOptions extends ErrorOptions {
  /** Nothing says it, as opposed to something says it wrongly. */
  readonly missing?: boolean
}

/** Settings that are missing, contradictory or unreadable. Printed as `PROG: error: MESSAGE`, exit 1. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly missing: boolean
  constructor(message: string, options: ConfigErrorOptions = {}) {
    super(message, options)
    this.missing = options.missing ?? false
  }
}
