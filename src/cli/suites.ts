// SPDX-License-Identifier: BSD-2-Clause
// The kinds of command. What `call` receives first is the client of the suite's service, or the context.
import type { Ec2Client, S3Client } from '../clients'
import { suite } from './command'
import type { Context } from './context'

/** Tools that make EC2 requests and print records. */
export const ec2 = suite<Ec2Client>('ec2', ['tabify', 'region', 'service-url', 'credentials'])

/** Tools of the object store. They print plain lines. */
export const s3 = suite<S3Client>('s3', ['region', 'service-url', 'credentials'])

/** Tools that need no service, or choose for themselves: `call` receives the context. */
export const local = suite<Context>(undefined, [])

/** The eustore tools: every option is declared by the command, since they differ from the others'. */
export const eustore = suite<Context>(undefined, [])
