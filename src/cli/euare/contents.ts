// SPDX-License-Identifier: BSD-2-Clause
import type { Context } from '../context'

/** A text that was given itself, or in a file; undefined when neither was. */
export const contentOf = async (
  text: string | undefined,
  file: string | undefined,
  context: Context,
): Promise<string | undefined> => (file === undefined ? text : String(await context.read(file)))
