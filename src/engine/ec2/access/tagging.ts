// SPDX-License-Identifier: BSD-2-Clause
// What CreateTags and DeleteTags ask: for each thing, with the tags that are to be put on it or taken from it.
import type { Tag } from '@aws-sdk/client-ec2'
import type { Demand } from '../../access'
import type { Tx } from '../../operation'
import { requestTags } from '../../tag-conditions'
import { tagsOf } from '../../tags'
import { canonicalImageId } from '../image-ids'
import { networksByPrefix } from './networks'
import { asking, listed, withContext } from './on'
import { peeringById } from './peering'
import {
  any,
  type ById,
  groupByName,
  imageById,
  instanceById,
  keyPairById,
  ruleById,
  snapshotById,
  thing,
  volumeById,
} from './resources'

/** By the part of ids before the hyphen. */
const kinds: Readonly<Record<string, ById>> = {
  ...{ emi: imageById, eki: imageById, eri: imageById, ami: imageById, aki: imageById, ari: imageById },
  i: instanceById,
  key: keyPairById,
  sg: groupByName,
  sgr: ruleById,
  vol: volumeById,
  snap: snapshotById,
  ...networksByPrefix,
  pcx: peeringById,
}

const kindOf = (id: string): ById | undefined => {
  const [prefix = ''] = id.toLowerCase().split('-')
  return Object.hasOwn(kinds, prefix) ? kinds[prefix] : undefined
}

/** Anything that can be tagged, by its id. */
export const taggedThing = (tx: Tx, id: string): Demand => kindOf(id)?.(tx, id) ?? thing(tx, any, id)

interface Tagging {
  readonly Resources?: readonly string[] | undefined
  readonly Tags?: readonly Tag[] | undefined
}

/** Tags that something has, as they are to go. */
const tagsThere = (tx: Tx, text: string): readonly Tag[] =>
  tagsOf(tx, kindOf(text) === imageById ? canonicalImageId(text) : text.toLowerCase())

export const toTag = asking<Tagging>((tx, { Resources, Tags }) =>
  listed(Resources).map(id => withContext(taggedThing(tx, id), requestTags(Tags))),
)

/** Where no tag is named all go, and it is these that are asked about. */
export const toUntag = asking<Tagging>((tx, { Resources, Tags = [] }) =>
  listed(Resources).map(id =>
    withContext(taggedThing(tx, id), requestTags(Tags.length > 0 ? Tags : tagsThere(tx, id))),
  ),
)
