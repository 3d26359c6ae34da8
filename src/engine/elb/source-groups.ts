// SPDX-License-Identifier: BSD-2-Clause
// The security group that stands for a load balancer in other groups' rules (engine-iam-elb, part 3 §3 and §7). It belongs to
// the account of the service, so that nobody sees it among his own or changes it; users name it by its owner and its name.
//
// Its id follows from its name. A rule that named it stays when the balancer goes, and lets nothing in; when there is a
// balancer of that name again, the rule means that one, as in Eucalyptus, where rules went by name.
import { createHash } from 'node:crypto'
import { groupById } from '../ec2/security-group-records'
import type { Tx } from '../operation'
import type { LoadBalancer } from './schema'

type Named = Pick<LoadBalancer, 'account' | 'name'>

export const sourceGroupName = ({ account, name }: Named): string => `euca-internal-${account}-${name}`

const serviceAlias = '(eucalyptus)loadbalancing'

/** The account that the groups of all balancers belong to. */
export const sourceGroupAccount = (tx: Tx): string => {
  const account = tx.accounts.list().find(({ alias }) => alias === serviceAlias)
  if (!account) throw new Error(`there is no account ${serviceAlias}`)
  return account.id
}

const idOf = (name: string, round: number): string =>
  `sg-${createHash('sha256').update(`${name} ${round}`).digest('hex').slice(0, 8)}`

/** Make it, and tell its id. */
export const makeSourceGroup = (tx: Tx, balancer: Named): string => {
  const name = sourceGroupName(balancer)
  let round = 0
  while (groupById(tx, idOf(name, round))) round++
  const group = tx.securityGroups.put({
    account: sourceGroupAccount(tx),
    id: idOf(name, round),
    name,
    description: `group for loadbalancer ${balancer.name}`,
    rules: [],
  })
  return group.id
}

export const removeSourceGroup = (tx: Tx, { sourceGroupId }: Pick<LoadBalancer, 'sourceGroupId'>): void => {
  tx.securityGroups.delete(sourceGroupId)
}
