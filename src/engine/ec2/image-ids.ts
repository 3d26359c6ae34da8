// SPDX-License-Identifier: BSD-2-Clause
// Ids of images, as they are made and as requests may write them. The hex digits are capitals, as they were in the
// releases whose image store this is: an article's `emi-D5EF3577` looks the same here, and is found in any case.
import { refuse } from '../errors'
import { freshId } from '../ids'
import type { Tx } from '../operation'
import type { Image } from './schema/images'

const syntax = /^[ae](?:ki|mi|ri)-(?:[0-9A-F]{8}|[0-9A-F]{17})$/

/** The form in which image ids are stored, of a text in any case. Whether it is an id remains to be seen. */
export const canonicalImageId = (text: string | undefined): string =>
  (text ?? '').toUpperCase().replace(/^[AE](?:KI|MI|RI)-/, prefix => prefix.toLowerCase())

const canonical = canonicalImageId

/** A fresh id of this kind, such as `emi-D5EF3577`. */
export const freshImageId = (tx: Tx, prefix: 'emi' | 'eki' | 'eri'): string =>
  canonical(freshId(tx, prefix, id => tx.images.get(canonical(id)) !== undefined))

const malformed = (parameter: string, text: string | undefined): never =>
  refuse('InvalidParameterValue', `Value (${text}) for parameter ${parameter} is invalid.`)

/** The canonical form; another text is `InvalidParameterValue`. `parameter` is what the message calls it. */
export const checkImageId = (text: string | undefined, parameter: string): string =>
  syntax.test(canonical(text)) ? canonical(text) : malformed(parameter, text)

/** An image by an id as typed, for the calls on one image. */
export const imageByTypedId = (tx: Tx, text: string | undefined): Image => {
  if (!syntax.test(canonical(text))) refuse('InvalidAMIID.Malformed', `Invalid id: "${text}"`)
  return tx.images.must(canonical(text))
}

/** An image by an id as typed; `undefined` for an id that is unknown or no id at all. */
export const findImage = (tx: Tx, text: string | undefined): Image | undefined =>
  syntax.test(canonical(text)) ? tx.images.get(canonical(text)) : undefined

/** Whether a manifest's kernel or ramdisk text looks like the id of one. */
export const isKernelId = (text: string | undefined): text is string =>
  /^[ae]ki-/i.test(canonical(text)) && syntax.test(canonical(text))
export const isRamdiskId = (text: string | undefined): text is string =>
  /^[ae]ri-/i.test(canonical(text)) && syntax.test(canonical(text))
