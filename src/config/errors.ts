// SPDX-License-Identifier: BSD-2-Clause

/** Settings that are missing, contradictory or unreadable. Printed as `PROG: error: MESSAGE`, exit 1. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
