// SPDX-License-Identifier: BSD-2-Clause
// What conditions of policies may look at of tags.
import type { Demand } from './access'

type Values = NonNullable<Demand['context']>

/** A tag as requests have it. */
export interface TagLike {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** Of what is asked for: `aws:RequestTag/K` and `aws:TagKeys`. */
export const requestTags = (tags: readonly TagLike[] = []): Values => ({
  ...Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [`aws:RequestTag/${Key}`, Value])),
  'aws:TagKeys': tags.map(({ Key = '' }) => Key),
})

/** Of what is there: `aws:ResourceTag/K`, and the service's own name of that. */
export const resourceTags = (service: string, tags: readonly TagLike[]): Values =>
  Object.fromEntries(
    tags.flatMap(({ Key = '', Value = '' }) => [
      [`${service}:ResourceTag/${Key}`, Value],
      [`aws:ResourceTag/${Key}`, Value],
    ]),
  )
