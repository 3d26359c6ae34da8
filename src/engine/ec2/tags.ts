// SPDX-License-Identifier: BSD-2-Clause
// CreateTags, DeleteTags, DescribeTags over every kind of resource that there is.
import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  ResourceType,
  Tag,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type FilterTable, matchFilters } from '../filters'
import type { Operation, Tx } from '../operation'
import { page } from '../pages'
import { checkTagKey, checkTagLimit, checkTags, putTags } from '../tags'
import { permitted } from './access/lists'
import { taggedThing } from './access/tagging'
import { mayRun } from './image-access'
import { canonicalImageId } from './image-ids'
import type { TagRecord } from './schema/tags'
import { allRules, groupById, groupsOf } from './security-group-records'
import { mayRestore } from './snapshot-access'
import { kinds, networkKinds } from './vpc/kinds'
import { isPeeringKnown } from './vpc/peering-records'

interface Taggable {
  readonly type: ResourceType
  /** Whether the caller may tag the resource of this id, in the form that records have it. */
  readonly isVisible: (tx: Tx, id: string) => boolean
  readonly missing: (id: string) => never
}

const owned = (tx: Tx, record: { readonly account: string } | undefined): boolean =>
  record !== undefined && (record.account === tx.caller.account || tx.caller.isCloudAdmin)

// Public and shared images may be tagged by whoever may run them; the tags are then their own.
const image: Taggable = {
  type: 'image',
  isVisible: (tx, id) => {
    const found = tx.images.get(id)
    return found !== undefined && mayRun(tx.caller, found)
  },
  missing: id => refuse('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`),
}

const ofNetworks: Readonly<Record<string, Taggable>> = Object.fromEntries(
  networkKinds.map(kind => [
    kind.prefix,
    {
      type: kind.type,
      isVisible: (tx, id) => owned(tx, kind.find(tx, id)),
      missing: kind.missing,
    } satisfies Taggable,
  ]),
)

/** Taggable resources by the part of their ids before the hyphen. */
const taggables: Readonly<Record<string, Taggable>> = {
  emi: image,
  eki: image,
  eri: image,
  ami: image,
  aki: image,
  ari: image,
  i: {
    type: 'instance',
    isVisible: (tx, id) => owned(tx, tx.instances.get(id)),
    missing: id => refuse('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`),
  },
  key: {
    type: 'key-pair',
    isVisible: (tx, id) => tx.keyPairs.list().some(pair => pair.id === id),
    missing: id => refuse('InvalidKeyPair.NotFound', `The key pair ID '${id}' does not exist`),
  },
  sg: {
    type: 'security-group',
    isVisible: (tx, id) => owned(tx, groupById(tx, id)),
    missing: id => refuse('InvalidGroup.NotFound', `The security group '${id}' does not exist`),
  },
  sgr: {
    type: 'security-group-rule',
    isVisible: (tx, id) => groupsOf(tx).some(group => allRules(group).some(rule => rule.id === id)),
    missing: id =>
      refuse('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`),
  },
  vol: {
    type: 'volume',
    isVisible: (tx, id) => owned(tx, tx.volumes.get(id)),
    missing: id => refuse('InvalidVolume.NotFound', `The volume '${id}' does not exist.`),
  },
  // As with images: the tags are of the account that makes them.
  snap: {
    type: 'snapshot',
    isVisible: (tx, id) => {
      const found = tx.snapshots.get(id)
      return found !== undefined && mayRestore(tx.caller, found)
    },
    missing: id => refuse('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`),
  },
  ...ofNetworks,
  // Known to both of its accounts, each of which has tags of its own on it.
  pcx: {
    type: 'vpc-peering-connection',
    isVisible: (tx, id) => isPeeringKnown(tx, tx.vpcPeeringConnections.get(id)),
    missing: kinds.peeringConnection.missing,
  },
}

const taggableOf = (id: string): Taggable | undefined => {
  const [prefix = ''] = id.split('-')
  return Object.hasOwn(taggables, prefix) ? taggables[prefix] : undefined
}

/** The id as records have it, and its kind; an id of no kind that can be tagged is refused. */
const resource = (text: string): { readonly id: string; readonly taggable: Taggable } => {
  const typed = text.toLowerCase()
  const taggable = /^[a-z]{1,32}-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(typed) ? taggableOf(typed) : undefined
  const id = taggable?.type === 'image' ? canonicalImageId(text) : typed
  return taggable ? { id, taggable } : refuse('InvalidID', `The ID '${text}' is not valid`)
}

const mustHave = (what: readonly unknown[] | undefined, parameter: string): void => {
  if (!what?.length) refuse('MissingParameter', `The request must contain the parameter ${parameter}`)
}

export const createTags: Operation<CreateTagsRequest, object> = (tx, input) => {
  mustHave(input.Resources, 'resourceIdSet')
  mustHave(input.Tags, 'tagSet')
  const tags = checkTags(input.Tags ?? [])
  const ids = (input.Resources ?? []).map(text => {
    const { id, taggable } = resource(text)
    return taggable.isVisible(tx, id) ? id : taggable.missing(text)
  })
  const keys = tags.map(({ key }) => key)
  for (const id of ids) checkTagLimit(tx, id, keys)
  for (const id of ids) putTags(tx, id, tags)
  return {}
}

/**
 * Without tags all of a resource's tags go; a tag without a value goes whatever its value is; a tag with a value, be it
 * empty, only if it has that value. What is not there is no error.
 */
export const deleteTags: Operation<DeleteTagsRequest, object> = (tx, input) => {
  mustHave(input.Resources, 'resourceIdSet')
  const tags = input.Tags ?? []
  for (const { Key } of tags) checkTagKey(Key)
  const goes = (record: TagRecord, { Key, Value }: Tag) =>
    record.key === Key && (Value === undefined || record.value === Value)
  for (const { id } of (input.Resources ?? []).map(resource)) {
    for (const record of [...tx.tags.scan({ under: [id] })]) {
      const isReserved = /^(aws|euca):/.test(record.key)
      const isNamed = tags.length === 0 ? !isReserved : tags.some(tag => goes(record, tag))
      if (isNamed) tx.tags.delete(id, record.key)
    }
  }
  return {}
}

export const describeTags: Operation<DescribeTagsRequest, DescribeTagsResult> = (tx, input) => {
  const records = permitted(
    tx,
    tx.tags.list().filter(matchFilters(input.Filters, filters)),
    (tx, { resourceId }) => taggedThing(tx, resourceId),
  )
  const { items, nextToken } = page(records, input, {
    // No id has a line break in it, so that keys of one resource stay together.
    key: ({ resourceId, key }) => `${resourceId}\n${key}`,
  })
  return {
    Tags: items.map(({ resourceId, key, value }) => ({
      ResourceId: resourceId,
      ResourceType: taggableOf(resourceId)?.type,
      Key: key,
      Value: value,
    })),
    NextToken: nextToken,
  }
}

const filters: FilterTable<TagRecord> = {
  key: tag => tag.key,
  'resource-id': tag => tag.resourceId,
  'resource-type': tag => taggableOf(tag.resourceId)?.type,
  value: tag => tag.value,
  'tag:': (tag, key) => (tag.key === key ? tag.value : undefined),
}
