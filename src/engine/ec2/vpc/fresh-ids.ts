// SPDX-License-Identifier: BSD-2-Clause
// Ids for what is made together with a VPC or a subnet, drawn from chance.
import { freshId } from '../../ids'
import type { Tx } from '../../operation'
import { groupById } from '../security-group-records'
import type { MakeId } from './foundation'
import { networkKinds } from './kinds'

/** What has ids and is no kind of its own: associations are a part of their table or list. */
const others: Readonly<Record<string, (tx: Tx, id: string) => boolean>> = {
  rtbassoc: (tx, id) =>
    tx.routeTables.list().some(({ associations }) => associations.some(one => one.id === id)),
  aclassoc: (tx, id) =>
    tx.networkAcls.list().some(({ associations }) => associations.some(one => one.id === id)),
  // A VPC's first block has the VPC's digits.
  'vpc-cidr-assoc': (tx, id) =>
    tx.vpcs.get(id.replace('vpc-cidr-assoc-', 'vpc-')) !== undefined ||
    tx.vpcs.list().some(({ moreBlocks = [] }) => moreBlocks.some(one => one.id === id)),
  sg: (tx, id) => groupById(tx, id) !== undefined,
  sgr: (tx, id) =>
    tx.securityGroups
      .list()
      .some(({ rules, egress }) => [...rules, ...(egress ?? [])].some(one => one.id === id)),
}

const isTaken = (tx: Tx, prefix: string, id: string): boolean => {
  const kind = networkKinds.find(one => one.prefix === prefix)
  if (kind) return kind.find(tx, id) !== undefined
  return others[prefix]?.(tx, id) ?? false
}

/** An id of a prefix that nothing in a network has yet. */
export const freshIds =
  (tx: Tx): MakeId =>
  prefix =>
    freshId(tx, prefix, id => isTaken(tx, prefix, id))
