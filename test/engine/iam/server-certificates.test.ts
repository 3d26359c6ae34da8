// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { serverCertificateUsers } from '../../../src/engine/iam/server-certificates'
import { issueCertificate } from '../../support/certificates'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refusedWith } from './refused'

describe('server certificates', () => {
  const root = issueCertificate({ name: 'root', key: 0, isAuthority: true })
  const middle = issueCertificate({ name: 'middle', key: 1, isAuthority: true, signer: root })
  const site = issueCertificate({ name: 'www.example.org', key: 2, signer: middle })
  const alone = issueCertificate({ name: 'alone.example.org', key: 3 })

  let c: Cloud
  let alice: Clients
  let client: iam.IAMClient

  const upload = (
    ServerCertificateName: string,
    more: Partial<iam.UploadServerCertificateCommandInput> = {},
  ) =>
    client.send(
      new iam.UploadServerCertificateCommand({
        ServerCertificateName,
        CertificateBody: alone.certificate,
        PrivateKey: alone.privateKey,
        ...more,
      }),
    )
  const ofSite = { CertificateBody: site.certificate, PrivateKey: site.privateKey }
  const get = (ServerCertificateName: string) =>
    client.send(new iam.GetServerCertificateCommand({ ServerCertificateName }))
  const list = async (PathPrefix?: string) => {
    const listed = await client.send(new iam.ListServerCertificatesCommand({ PathPrefix }))
    return listed.ServerCertificateMetadataList?.map(one => one.ServerCertificateName)
  }

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    client = alice.iam()
  })
  afterEach(() => c.close())

  it('are shown without their keys, which are not kept in the clear', async () => {
    const { ServerCertificateMetadata } = await upload('site', {
      ...ofSite,
      CertificateChain: middle.certificate + root.certificate,
      Path: '/web',
    })
    const arn = `arn:aws:iam::${alice.accountId}:server-certificate/web/site`
    assert.equal(ServerCertificateMetadata?.Arn, arn)
    assert.match(ServerCertificateMetadata?.ServerCertificateId ?? '', /^ASCAA[A-Z2-7]{16}$/)
    const { ServerCertificate } = await get('site')
    assert.deepEqual(ServerCertificate?.ServerCertificateMetadata, ServerCertificateMetadata)
    assert.equal(ServerCertificate?.CertificateBody, site.certificate.trim())
    assert.ok(!JSON.stringify(ServerCertificate).includes('PRIVATE KEY'))
  })

  it('are listed by path, of their account alone', async () => {
    await upload('a', { Path: '/x/' })
    await upload('b')
    assert.deepEqual(await list(), ['a', 'b'])
    assert.deepEqual(await list('/x/'), ['a'])
    const others = await c.iam().send(new iam.ListServerCertificatesCommand({}))
    assert.deepEqual(others.ServerCertificateMetadataList, [])
  })

  it('are renamed and moved, and stay what they are', async () => {
    const before = (await upload('old')).ServerCertificateMetadata
    await upload('taken')
    const update = (more: Partial<iam.UpdateServerCertificateCommandInput>) =>
      client.send(new iam.UpdateServerCertificateCommand({ ServerCertificateName: 'old', ...more }))
    const taken = update({ NewServerCertificateName: 'taken' })
    await refusedWith('EntityAlreadyExists', 409, 'Server certificate taken already exists.', taken)
    await refusedWith('ValidationError', 400, undefined, update({ NewServerCertificateName: 'a b' }))
    await update({ NewServerCertificateName: 'new', NewPath: '/moved/' })
    const after = (await get('new')).ServerCertificate?.ServerCertificateMetadata
    assert.equal(after?.ServerCertificateId, before?.ServerCertificateId)
    assert.equal(after?.Arn, `arn:aws:iam::${alice.accountId}:server-certificate/moved/new`)
    await refusedWith('NoSuchEntity', 404, 'Server certificate old does not exist', get('old'))
  })

  it('are deleted unless something uses them', async () => {
    await upload('site', ofSite)
    const arn = `arn:aws:iam::${alice.accountId}:server-certificate/site`
    const remove = () =>
      client.send(new iam.DeleteServerCertificateCommand({ ServerCertificateName: 'site' }))
    serverCertificateUsers.push((_, used) => (used === arn ? 'arn:of:a:listener' : undefined))
    try {
      await refusedWith('DeleteConflict', 409, undefined, remove())
    } finally {
      serverCertificateUsers.pop()
    }
    await remove()
    await refusedWith('NoSuchEntity', 404, undefined, remove())
  })

  it('are refused when the key is another’s', async () => {
    const mismatched = upload('site', { ...ofSite, PrivateKey: alone.privateKey })
    await refusedWith('KeyPairMismatch', 400, undefined, mismatched)
    assert.deepEqual(await list(), [])
  })

  it('are refused with a chain that is not in order, is another’s, or cannot sign', async () => {
    const chained = (...chain: { readonly certificate: string }[]) =>
      upload('site', { ...ofSite, CertificateChain: chain.map(one => one.certificate).join('') })
    await chained(middle)
    const leaf = issueCertificate({ name: 'leaf.example.org', key: 4, signer: site })
    const wrong = [
      chained(root, middle),
      chained(root),
      chained(middle, alone),
      upload('x', { ...ofSite, CertificateChain: 'junk' }),
      upload('x', { ...ofSite, CertificateChain: `${middle.certificate}trailing` }),
      upload('x', {
        CertificateBody: leaf.certificate,
        PrivateKey: leaf.privateKey,
        CertificateChain: site.certificate,
      }),
    ]
    for (const request of wrong) await refusedWith('MalformedCertificate', 400, undefined, request)
  })

  it('are refused when they are over, not begun, or none', async () => {
    const over = issueCertificate({ name: 'over', key: 3, from: '2013-01-01', to: '2014-02-01' })
    const later = issueCertificate({ name: 'later', key: 3, from: '2015-01-01' })
    const wrong: Partial<iam.UploadServerCertificateCommandInput>[] = [
      { CertificateBody: over.certificate },
      { CertificateBody: later.certificate },
      { CertificateBody: 'junk' },
      { CertificateBody: alone.privateKey },
      { CertificateBody: site.certificate + middle.certificate },
      { PrivateKey: 'junk' },
      { PrivateKey: alone.certificate },
    ]
    for (const more of wrong) await refusedWith('MalformedCertificate', 400, undefined, upload('site', more))
  })

  it('are refused with names and paths that are none', async () => {
    await upload('site')
    await refusedWith('EntityAlreadyExists', 409, 'Server certificate site already exists.', upload('site'))
    for (const name of ['a/b', 'a b', 'a_b', 'ä', 'x'.repeat(129)]) {
      const message = `Server certificate name ${name} is invalid format.`
      await refusedWith('ValidationError', 400, message, upload(name))
    }
    await upload('o+k=,.@-K1')
    await upload('x'.repeat(128))
    await refusedWith('ValidationError', 400, 'Path web is invalid.', upload('b', { Path: 'web' }))
  })

  it('are as many as policies of the account let it have', async () => {
    const limit = (most: number) =>
      c.engine.write(tx => {
        const Condition = { NumericLessThanEquals: { 'iam:quota-servercertificatenumber': String(most) } }
        const Statement = [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Limit', Action: 'iam:UploadServerCertificate', Resource: '*', Condition },
        ]
        tx.heldPolicies.in(alice.accountId).put({
          account: alice.accountId,
          holder: 'account',
          inline: [{ name: 'limit', document: JSON.stringify({ Statement }) }],
          attached: [],
        })
      })
    limit(1)
    await upload('a')
    await refusedWith('LimitExceeded', 409, 'Server certificate quota exceeded', upload('b'))
    limit(2)
    await upload('b')
  })
})
