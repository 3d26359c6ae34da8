// SPDX-License-Identifier: BSD-2-Clause
// Elastic Load Balancing, the classic one.
//
// Missing
// - Application, network and gateway load balancers, which are another version of the API.
// - Balancers without a VPC in a cloud with VPCs. In a classic cloud, what needs a VPC is refused: subnets, groups, internal ones.
//
// Different on purpose
// - What listens is a process beside the server (src/plane), and no instance: there are no groups, images, roles and properties
//   of Eucalyptus' workers.
// - A balancer has one address, which is in all its zones; Eucalyptus and AWS have one or more in each.
// - In a VPC a balancer has an interface in each of its subnets, as with AWS, with a private address alone: public ones are its
//   name's business, which leads to its one address whatever its scheme.
// - In a VPC a balancer's own groups stand for it in rules, as with AWS; the group that Eucalyptus had for it can be named as well.
// - A new balancer is in one zone at least, its listeners' protocols fit, and what is either in the clear or TLS is that for
//   all listeners of an instance port: AWS' rules. Eucalyptus took everything.
// - The protocol of instances is always shown. It was left out where a request had not said it.
// - AWS' limits of balancers, listeners and instances, and its pages. Eucalyptus had no limits but those of policies, which
//   hold as well, and ten tags, as here.
// - Codes are Eucalyptus': AccessPointNotFound and so on, where AWS has LoadBalancerNotFound by now, and its SDKs know that alone:
//   they get AWS' (services.ts).
// - Names that nothing has are left out of lists, as in Eucalyptus; AWS refuses them, and so does this cloud where an SDK of AWS
//   asks (src/engine/aws-clients.ts). A listener that is there already may be asked for again by these; others need a certificate
//   for that, as in Eucalyptus.
// - Checks take intervals up to two minutes and thresholds up to ten; an instance that does not run is out of service at once.
// - Policies: what AWS' types allow is checked (values, cookies' names, listeners that speak TLS), there are a hundred at
//   most, the proxy protocol can be set, AWS' own policies need not be made first, and those of 2017 are there.
// - Draining, which Eucalyptus always showed as off; attributes of AWS that change nothing are kept and shown.
// - A certificate that a listener has cannot be deleted, and listeners follow one that is renamed.
// - One who may not touch a balancer is told that it is not there, also by DeleteLoadBalancer, which said InternalFailure; one
//   who has no right to the action at all gets AccessDenied.
// - Balancers have a hosted zone's name and id, as with AWS; Eucalyptus left them out.
import type { Service } from '../operation'
import { attributeOperations } from './attribute-operations'
import { balancerOperations } from './balancer-operations'
import { instanceOperations } from './instance-operations'
import { listenerOperations } from './listener-operations'
import { deniedByBalancing } from './permissions'
import { placementOperations } from './placement-operations'
import { policyOperations } from './policy-operations'
import { limitOperations } from './quotas'
import { drained } from './registrations'
import { tagOperations } from './tag-operations'

export const elb: Service = {
  name: 'elasticloadbalancing',
  denied: deniedByBalancing,
  operations: {
    ...balancerOperations,
    ...placementOperations,
    ...listenerOperations,
    ...instanceOperations,
    ...policyOperations,
    ...attributeOperations,
    ...tagOperations,
    ...limitOperations,
  },
  tasks: { 'elb.drained': drained },
}
