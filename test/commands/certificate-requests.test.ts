// SPDX-License-Identifier: BSD-2-Clause
// What the tools of certificates, devices, providers and passwords send, and what they refuse before they send anything.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { makeSelfSigned } from '../../src/install/self-signed'
import { type Recorder, recorder } from './recorder'
import { itSends, type Sent } from './sending'

const arn = 'arn:aws:iam::1:oidc-provider/p'
const provider = { OpenIDConnectProviderArn: arn }
const codes = { AuthenticationCode1: '012345', AuthenticationCode2: '678901' }

const cases: readonly Sent[] = [
  ['euare-servercertdel -s c', { Action: 'DeleteServerCertificate', ServerCertificateName: 'c' }],
  ['euare-servercertgetattributes -s c', { Action: 'GetServerCertificate', ServerCertificateName: 'c' }],
  [
    'euare-servercertgetattributes c --as-account alice',
    { Action: 'GetServerCertificate', ServerCertificateName: 'c', DelegateAccount: 'alice' },
  ],
  ['euare-servercertlistbypath', { Action: 'ListServerCertificates' }],
  ['euare-servercertlistbypath -p /a/', { Action: 'ListServerCertificates', PathPrefix: '/a/' }],
  [
    'euare-servercertmod c -n d -p /a/',
    {
      Action: 'UpdateServerCertificate',
      ServerCertificateName: 'c',
      NewServerCertificateName: 'd',
      NewPath: '/a/',
    },
  ],
  [
    'euare-servercertupload -s c --certificate-file c.crt --private-key-file c.pem --certificate-chain-file chain.crt -p /a/',
    {
      Action: 'UploadServerCertificate',
      ServerCertificateName: 'c',
      CertificateBody: 'of c.crt\n',
      PrivateKey: 'of c.pem\n',
      CertificateChain: 'of chain.crt\n',
      Path: '/a/',
    },
  ],
  [
    'euare-servercertupload c -c body --private-key key --certificate-chain chain',
    {
      Action: 'UploadServerCertificate',
      ServerCertificateName: 'c',
      CertificateBody: 'body',
      PrivateKey: 'key',
      CertificateChain: 'chain',
    },
  ],

  [
    'euare-useraddcert -u bob -c body',
    { Action: 'UploadSigningCertificate', UserName: 'bob', CertificateBody: 'body' },
  ],
  [
    'euare-useraddcert bob -f c.crt',
    { Action: 'UploadSigningCertificate', UserName: 'bob', CertificateBody: 'of c.crt\n' },
  ],
  ['euare-usercreatecert', { Action: 'CreateSigningCertificate' }],
  [
    'euare-usercreatecert -u bob --delegate alice',
    { Action: 'CreateSigningCertificate', UserName: 'bob', DelegateAccount: 'alice' },
  ],
  ['euare-userdelcert -c ID', { Action: 'DeleteSigningCertificate', CertificateId: 'ID' }],
  [
    'euare-userdelcert ID -u bob',
    { Action: 'DeleteSigningCertificate', CertificateId: 'ID', UserName: 'bob' },
  ],
  [
    'euare-usermodcert -c ID -s Inactive -u bob',
    { Action: 'UpdateSigningCertificate', CertificateId: 'ID', Status: 'Inactive', UserName: 'bob' },
  ],
  ['euare-userlistcerts', { Action: 'ListSigningCertificates' }],
  ['euare-userlistcerts -v bob', { Action: 'ListSigningCertificates', UserName: 'bob' }],

  ['euare-userlistmfadevices -u bob', { Action: 'ListMFADevices', UserName: 'bob' }],
  [
    'euare-userenablemfadevice -u bob -s S -c1 012345 -c2 678901',
    { Action: 'EnableMFADevice', UserName: 'bob', SerialNumber: 'S', ...codes },
  ],
  [
    'euare-userresyncmfadevice bob -s S -c1 012345 -c2 678901',
    { Action: 'ResyncMFADevice', UserName: 'bob', SerialNumber: 'S', ...codes },
  ],
  [
    'euare-userdeactivatemfadevice bob --serial-number S',
    { Action: 'DeactivateMFADevice', UserName: 'bob', SerialNumber: 'S' },
  ],

  [
    'euare-useraddloginprofile --delegate testuser1 -u admin -p euca123',
    { Action: 'CreateLoginProfile', UserName: 'admin', Password: 'euca123', DelegateAccount: 'testuser1' },
  ],
  [
    'euare-usermodloginprofile bob -p new',
    { Action: 'UpdateLoginProfile', UserName: 'bob', Password: 'new' },
  ],
  ['euare-userdelloginprofile -u bob', { Action: 'DeleteLoginProfile', UserName: 'bob' }],
  ['euare-usergetloginprofile -u bob', { Action: 'GetLoginProfile', UserName: 'bob' }],

  [
    'euare-oidcprovidercreate https://p.example.com -c one -c two -t aa -t bb',
    {
      Action: 'CreateOpenIDConnectProvider',
      Url: 'https://p.example.com',
      'ClientIDList.member.1': 'one',
      'ClientIDList.member.2': 'two',
      'ThumbprintList.member.1': 'aa',
      'ThumbprintList.member.2': 'bb',
    },
  ],
  [
    `euare-oidcprovideraddclientid ${arn} -c one`,
    { Action: 'AddClientIDToOpenIDConnectProvider', ...provider, ClientID: 'one' },
  ],
  [
    `euare-oidcproviderdelclientid ${arn} -c one`,
    { Action: 'RemoveClientIDFromOpenIDConnectProvider', ...provider, ClientID: 'one' },
  ],
  [
    `euare-oidcproviderchangethumbprint ${arn} -t aa`,
    { Action: 'UpdateOpenIDConnectProviderThumbprint', ...provider, 'ThumbprintList.member.1': 'aa' },
  ],
  [`euare-oidcproviderdel ${arn}`, { Action: 'DeleteOpenIDConnectProvider', ...provider }],
  [`euare-oidcprovidergetattributes ${arn}`, { Action: 'GetOpenIDConnectProvider', ...provider }],
  [
    'euare-oidcproviderlist --as-account alice',
    { Action: 'ListOpenIDConnectProviders', DelegateAccount: 'alice' },
  ],

  ['euare-getldapsyncstatus', { Action: 'GetLdapSyncStatus' }],
]

const created =
  '<R><Result><Certificate><CertificateId>ID</CertificateId><CertificateBody>body</CertificateBody><PrivateKey>key</PrivateKey></Certificate></Result></R>'

describe('Tools of certificates, devices, providers and passwords', () => {
  let service: Recorder
  let folder: string
  let url = 'p.example.com'
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mallee-certificates-'))
    for (const name of ['c.crt', 'c.pem', 'chain.crt']) writeFileSync(join(folder, name), `of ${name}\n`)
    const answer = (action: string): string => {
      if (action === 'CreateSigningCertificate') return created
      if (action === 'GetOpenIDConnectProvider') return `<R><Result><Url>${url}</Url></Result></R>`
      return '<R><Result/></R>'
    }
    service = await recorder(answer, { cwd: folder })
  })
  after(async () => {
    await service.close()
    rmSync(folder, { recursive: true })
  })

  itSends(cases, () => service)

  it('write a new signing certificate and its key to files, the key for its owner alone', async () => {
    const { stdout } = await service.tool(['euare-usercreatecert', '--out', 'cert', '--keyout', 'key'])
    assert.equal(stdout, 'ID\n')
    assert.equal(readFileSync(join(folder, 'cert'), 'utf8'), 'body')
    assert.equal(readFileSync(join(folder, 'key'), 'utf8'), 'key')
    assert.equal(statSync(join(folder, 'key')).mode & 0o777, 0o600)
  })

  it('ask for no signing certificate that could not be written', async () => {
    service.requests.length = 0
    for (const words of [
      ['--keyout', 'none/file'],
      ['--keyout', 'new.pem', '--out', 'none/file'],
    ]) {
      const { status, stderr } = await service.tool(['euare-usercreatecert', ...words])
      assert.equal(stderr, 'euare-usercreatecert: error: No such file or directory: none/file\n')
      assert.equal(status, 1)
    }
    assert.deepEqual(service.requests, [])
    assert.equal(existsSync(join(folder, 'new.pem')), false)
  })

  describe('with a provider that shows a certificate', () => {
    let server: Server
    let thumbprint = ''
    before(async () => {
      const { privateKey, certificate } = await makeSelfSigned({
        commonName: 'localhost',
        alternativeNames: [],
        days: 1,
        bits: 2048,
        now: new Date(),
        withRequest: false,
      })
      const der = Buffer.from(certificate.replace(/-----.*-----|\n/g, ''), 'base64')
      thumbprint = createHash('sha1').update(der).digest('hex')
      server = createServer({ key: privateKey, cert: certificate }, socket => socket.end())
      // A client that has seen the certificate leaves.
      server.on('tlsClientError', () => {})
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      url = `localhost:${(server.address() as AddressInfo).port}`
    })
    after(() => new Promise(resolve => server.close(resolve)))

    it('send its fingerprint when no thumbprint is given', async () => {
      service.requests.length = 0
      for (const words of [
        ['euare-oidcprovidercreate', `https://${url}/path`],
        ['euare-oidcproviderchangethumbprint', arn],
      ]) {
        const { status, stderr } = await service.tool(words)
        assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
      }
      assert.deepEqual(service.requests, [
        {
          Action: 'CreateOpenIDConnectProvider',
          Url: `https://${url}/path`,
          'ThumbprintList.member.1': thumbprint,
        },
        { Action: 'GetOpenIDConnectProvider', ...provider },
        {
          Action: 'UpdateOpenIDConnectProviderThumbprint',
          ...provider,
          'ThumbprintList.member.1': thumbprint,
        },
      ])
    })
  })

  it('say that a provider cannot be reached, and send nothing', async () => {
    service.requests.length = 0
    const { status, stderr } = await service.tool(['euare-oidcprovidercreate', 'https://127.0.0.1:1'])
    assert.equal(
      stderr,
      'euare-oidcprovidercreate: error: connection error (127.0.0.1:1: Connection refused)\n',
    )
    assert.equal(status, 1)
    assert.deepEqual(service.requests, [])
  })

  const refusals: readonly (readonly [typed: string, message: string])[] = [
    ['euare-servercertdel', 'too few arguments'],
    ['euare-servercertupload c -c b', 'one of the arguments --private-key --private-key-file is required'],
    [
      'euare-servercertupload c --private-key k',
      'one of the arguments -c/--certificate-body --certificate-file is required',
    ],
    [
      'euare-servercertupload c -c b --private-key k --certificate-chain a --certificate-chain-file b',
      'argument --certificate-chain-file: not allowed with argument --certificate-chain',
    ],
    ['euare-useraddcert bob', 'one of the arguments -c/--certificate-body -f/--certificate-file is required'],
    ['euare-usermodcert ID', 'argument -s/--status is required'],
    [
      'euare-usermodcert ID -s Gone',
      "argument -s/--status: invalid choice: 'Gone' (choose from 'Active', 'Inactive')",
    ],
    ['euare-userenablemfadevice bob -s S -c1 1', 'argument -c2 is required'],
    ['euare-userdeactivatemfadevice bob', 'argument -s/--serial-number is required'],
    ['euare-useraddloginprofile bob', 'argument -p/--password is required'],
    ['euare-usermodloginprofile bob', 'argument -p/--password is required'],
    ['euare-oidcprovidercreate http://p.example.com', 'argument URL: must be an https URL with a host'],
    ['euare-oidcprovidercreate p.example.com', 'argument URL: must be an https URL with a host'],
    [`euare-oidcprovideraddclientid ${arn}`, 'argument -c/--client-id is required'],
    ['mallee certificate -s x', 'argument --self-signed is required'],
    ['mallee certificate --self-signed', 'argument -s/--common-name is required'],
    ['mallee certificate --self-signed -s x --bits 1024', 'argument --bits: must be 2048, 3072 or 4096'],
    ['mallee certificate --self-signed -s x --days 0', 'argument --days: must be 1 to 36500'],
    [
      'mallee certificate --self-signed -s x --alt-name ä',
      'argument --alt-name: must be a host name or an IP address',
    ],
    [
      `mallee certificate --self-signed -s ${'x'.repeat(65)}`,
      'argument -s/--common-name: must have 1 to 64 characters',
    ],
  ]
  for (const [typed, message] of refusals) {
    it(`refuse ${typed}`, async () => {
      service.requests.length = 0
      const { status, stderr } = await service.tool(typed.split(' '))
      const prog = typed.startsWith('mallee') ? 'mallee certificate' : typed.split(' ')[0]
      assert.equal(stderr.split('\n').at(-2), `${prog}: error: ${message}`)
      assert.equal(status, 2)
      assert.deepEqual(service.requests, [])
    })
  }
})
