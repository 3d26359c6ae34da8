// SPDX-License-Identifier: BSD-2-Clause
// Clients that know AWS alone.
//
// Where somebody asks about one thing by its name and it is not there, Eucalyptus answers some calls with an empty list, and
// its tools count on that. AWS refuses them, and its load balancing has other codes for what is refused. The waiters of AWS'
// SDKs and Ansible's modules wait for that refusal: an empty list lets them wait until they give up, or fail with an error
// of their own. They say who they are, so that both can have what they know.
//
// Operations that answer so ask here; codes are put in the place of others at the end, in refused.ts.
import type { Tx } from './operation'

// boto 2 (`Boto/2.49.0`) knows Eucalyptus.
const names = /(^|\s)(aws-cli|aws-sdk-[a-z\d-]+|boto3|botocore)\//i

/** Whether an SDK of AWS asks, of those that were made after Eucalyptus. */
export const isAwsClient = ({ request }: Pick<Tx, 'request'>): boolean => names.test(request.userAgent ?? '')
