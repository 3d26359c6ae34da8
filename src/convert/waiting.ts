// SPDX-License-Identifier: BSD-2-Clause
import { ConversionError } from './errors'
import type { ConversionServices } from './services'

// Clouds take between no time at all and, for large snapshots, hours.
const firstSeconds = 0.25
const longestSeconds = 5
const limitSeconds = 24 * 3600

/** Look until there is something to see. `what` completes `gave up waiting for …`. */
export const until = async <T>(
  { pause, signal }: Pick<ConversionServices, 'pause' | 'signal'>,
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> => {
  let seconds = firstSeconds
  for (let waited = 0; waited < limitSeconds; waited += seconds) {
    signal.throwIfAborted()
    const seen = await look()
    if (seen !== undefined) return seen
    await pause(seconds)
    seconds = Math.min(longestSeconds, seconds * 2)
  }
  throw new ConversionError(`gave up waiting for ${what}`)
}

// As awslabs/coldsnap.
const tries = 12
const secondsMore = 2

/** Whether a service asks for patience. */
const isBusy = (error: unknown): boolean =>
  /Throttl|RequestLimitExceeded|SlowDown|ServiceUnavailable|InternalServer/.test(
    String((error as { code?: unknown }).code ?? ''),
  )

/** Ask a service that is busy again, some seconds later each time. */
export const again = async <T>(
  { pause, signal }: Pick<ConversionServices, 'pause' | 'signal'>,
  ask: () => Promise<T>,
): Promise<T> => {
  for (let tried = 1; ; tried++) {
    try {
      return await ask()
    } catch (error) {
      signal.throwIfAborted()
      if (tried === tries || !isBusy(error)) throw error
      await pause(secondsMore * tried)
    }
  }
}

/** Whether a service says that something is not there. */
export const isMissing = (error: unknown): boolean =>
  /NotFound$|^ResourceNotFoundException$/.test(String((error as { code?: unknown }).code ?? ''))
