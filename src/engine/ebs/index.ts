// SPDX-License-Identifier: BSD-2-Clause
// The EBS direct APIs: snapshots written and read block by block.
//
// Missing
// - Encryption, and with it keys and grants.
// - Throttling: requests are served as fast as the machine serves them.
//
// Different on purpose
// - Blocks of zeros that were written are not listed afterwards: a snapshot does not keep zeros.
// - A snapshot without a parent is completed by the time that CompleteSnapshot answers, and to complete one again is no
//   error: whoever missed the answer may ask for it once more.
// - Tokens of pages hold as long as those of blocks.
import {
  CompleteSnapshot$,
  GetSnapshotBlock$,
  ListChangedBlocks$,
  ListSnapshotBlocks$,
  PutSnapshotBlock$,
  StartSnapshot$,
} from '@aws-sdk/client-ebs'
import { blockBytes } from '../bytes/blocks'
import { on } from '../ec2/access/on'
import { refuse } from '../errors'
import { operation, type Service } from '../operation'
import { getSnapshotBlock, listChangedBlocks, listSnapshotBlocks } from './blocks'
import { deniedByEbs, onBothSnapshots, toStartSnapshot } from './permissions'
import { refuseValue } from './refusals'
import { completeSnapshot, forgetWrites, inheritBlocks, putSnapshotBlock, snapshotOverdue } from './snapshots'
import { startSnapshot } from './starting'

// Of the API's model.
const tokenLength = 255

export const ebs: Service = {
  name: 'ebs',
  denied: deniedByEbs,
  operations: {
    StartSnapshot: operation(StartSnapshot$, startSnapshot, { access: toStartSnapshot }),
    PutSnapshotBlock: operation(PutSnapshotBlock$, putSnapshotBlock, {
      body: { largestBytes: blockBytes },
      together: true,
      access: on.snapshots('SnapshotId'),
    }),
    CompleteSnapshot: operation(CompleteSnapshot$, completeSnapshot, { access: on.snapshots('SnapshotId') }),
    GetSnapshotBlock: operation(GetSnapshotBlock$, getSnapshotBlock, { access: on.snapshots('SnapshotId') }),
    ListSnapshotBlocks: operation(ListSnapshotBlocks$, listSnapshotBlocks, {
      access: on.snapshots('SnapshotId'),
    }),
    ListChangedBlocks: operation(ListChangedBlocks$, listChangedBlocks, { access: onBothSnapshots }),
  },
  tasks: {
    'snapshot.overdue': snapshotOverdue,
  },
  jobs: {
    'snapshot.inherit': inheritBlocks,
    'snapshot.forget': forgetWrites,
  },
  tokens: {
    longest: tokenLength,
    tooLong: length =>
      refuseValue(`ClientToken may have ${tokenLength} characters at most, this one has ${length}.`),
    reused: () =>
      refuse(
        'ConflictException',
        'The request uses the same client token as a previous, but non-identical request.',
      ),
  },
}
