// SPDX-License-Identifier: BSD-2-Clause
// Server certificates of listeners. Listeners name them by their ARNs, as users do; one that is renamed has another ARN, and
// the listeners that have it go with it.
import { arnOf } from '../iam/arns'
import type { ServerCertificate } from '../iam/schema'
import type { Tx } from '../operation'
import { putBalancer } from './balancers'
import { balancerArn } from './permissions'
import type { LoadBalancer } from './schema'

/** The certificate of this ARN, if the account has it. */
export const certificateOf = (tx: Tx, account: string, arn: string): ServerCertificate | undefined => {
  const certificate = tx.serverCertificates.in(account).get(arn.slice(arn.lastIndexOf('/') + 1))
  return certificate && arnOf('server-certificate', certificate) === arn ? certificate : undefined
}

const accountOf = (arn: string): string => arn.split(':')[4] ?? ''

const usersOf = (tx: Tx, arn: string): readonly LoadBalancer[] =>
  tx.loadBalancers
    .in(accountOf(arn))
    .list()
    .filter(({ listeners }) => listeners.some(({ certificateArn }) => certificateArn === arn))

/** The ARN of a balancer that shows the certificate, if there is one. */
export const certificateUser = (tx: Tx, arn: string): string | undefined => {
  const [user] = usersOf(tx, arn)
  return user && balancerArn(tx, user)
}

/** The certificate has another name or path. */
export const certificateMoved = (tx: Tx, from: string, to: string): void => {
  if (from === to) return
  for (const balancer of usersOf(tx, from)) {
    const listeners = balancer.listeners.map(listener =>
      listener.certificateArn === from ? { ...listener, certificateArn: to } : listener,
    )
    putBalancer(tx, { ...balancer, listeners })
  }
}
