// SPDX-License-Identifier: BSD-2-Clause
// What the tools of roles, certificates, devices, providers and passwords print of an answer, line by line.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../cli/process'
import { printed, recorder } from './recorder'

const result = (content: string): string => `<Result>${content}</Result>`

/** What is printed of the content of a result. */
const lines = (typed: string, content: string): Promise<string[]> => printed(typed, result(content))

const fails = async (typed: string, content: string): Promise<{ stdout: string; stderr: string }> => {
  const service = await recorder(() => `<R>${result(content)}</R>`)
  try {
    const { status, stdout, stderr } = await service.tool(typed.split(' '))
    assert.equal(status, 1)
    return { stdout, stderr }
  } finally {
    await service.close()
  }
}

const role =
  '<Role><Arn>arn:r</Arn><RoleId>ROLE</RoleId><AssumeRolePolicyDocument>%7B%22a%22%3A+1%7D</AssumeRolePolicyDocument></Role>'
const profile =
  '<InstanceProfile><Arn>arn:p</Arn><InstanceProfileId>PROFILE</InstanceProfileId><Roles><member><Arn>arn:r</Arn></member></Roles></InstanceProfile>'

describe('Tools of roles and instance profiles', () => {
  it('print a new role only when asked to, and a role that is there always', async () => {
    const expected = ['arn:r', 'ROLE', '{"a":+1}']
    assert.deepEqual(await lines('euare-rolecreate r -s s', role), [])
    assert.deepEqual(await lines('euare-rolecreate r -s s -v', role), expected)
    assert.deepEqual(await lines('euare-rolegetattributes r', role), expected)
  })

  it('print a word for what is not there', async () => {
    assert.deepEqual(await lines('euare-rolegetattributes r', '<Role><Arn/></Role>'), ['{}', 'None', 'None'])
  })

  it('print instance profiles', async () => {
    assert.deepEqual(await lines('euare-instanceprofilecreate p', profile), [])
    assert.deepEqual(await lines('euare-instanceprofilecreate -v p', profile), ['arn:p', 'PROFILE'])
    assert.deepEqual(await lines('euare-instanceprofilegetattributes p', profile), ['arn:p', 'PROFILE'])
    assert.deepEqual(await lines('euare-instanceprofilegetattributes p -r', profile), [
      'arn:p',
      'PROFILE',
      'arn:r',
    ])
  })

  it('print lists, and name what an item lacks after what was read before it', async () => {
    const lists = [
      ['euare-rolelistbypath', 'Roles'],
      ['euare-instanceprofilelistbypath', 'InstanceProfiles'],
      ['euare-instanceprofilelistforrole r', 'InstanceProfiles'],
      ['euare-servercertlistbypath', 'ServerCertificateMetadataList'],
    ] as const
    for (const [typed, list] of lists) {
      const items = '<member><Arn>arn:a</Arn></member><member><Arn>arn:b</Arn></member>'
      assert.deepEqual(await lines(typed, `<${list}>${items}</${list}>`), ['arn:a', 'arn:b'])
      assert.deepEqual(await lines(typed, `<${list}/>`), [])
      const { stdout, stderr } = await fails(
        typed,
        `<${list}><member><Arn>arn:a</Arn></member><member/></${list}>`,
      )
      assert.deepEqual(
        [stdout, stderr],
        ['arn:a\n', `${typed.split(' ')[0]}: error: the service's answer lacks Arn\n`],
      )
    }
  })

  it('print a page before the next one is asked for', async () => {
    const service = await recorder((_, form) =>
      form.has('Marker')
        ? { status: 400, body: '<E><Error><Code>Gone</Code><Message>no more</Message></Error></E>' }
        : `<R>${result('<Roles><member><Arn>arn:a</Arn></member></Roles><IsTruncated>true</IsTruncated><Marker>m</Marker>')}</R>`,
    )
    const { stdout, stderr } = await service.tool(['euare-rolelistbypath'])
    await service.close()
    assert.equal(stdout, 'arn:a\n')
    assert.equal(stderr, 'euare-rolelistbypath: error (Gone): no more\n')
  })

  it('print what would be deleted', async () => {
    assert.deepEqual(await lines('euare-instanceprofiledel -p p', profile), ['roles', '\tarn:r'])
    assert.deepEqual(await lines('euare-instanceprofiledel -p p', '<InstanceProfile/>'), ['roles'])
    const both =
      '<InstanceProfiles><member><Arn>arn:p</Arn></member></InstanceProfiles><PolicyNames><member>one</member></PolicyNames>'
    assert.deepEqual(await lines('euare-roledel -c -p r', both), [
      'instance profiles',
      '\tarn:p',
      'policies',
      '\tone',
    ])
    assert.deepEqual(await lines('euare-roledel r', both), [])
  })

  it('print policies', async () => {
    const names = '<PolicyNames><member>one</member><member>two</member></PolicyNames>'
    assert.deepEqual(await lines('euare-rolelistpolicies r', names), ['one', 'two', 'IsTruncated: false'])
    assert.deepEqual(await lines('euare-rolelistpolicies r -p two', names), ['two', 'IsTruncated: false'])
    const whole = `${names}<PolicyDocument>%7B%22a%22%3A1%7D</PolicyDocument>`
    assert.deepEqual(await lines('euare-rolelistpolicies r -v -p two', whole), [
      '{"a":1}',
      'IsTruncated: false',
    ])
    assert.deepEqual(await lines('euare-rolegetpolicy r -p one', whole), ['{"a":1}'])
    assert.deepEqual(await lines('euare-rolegetpolicy r -p one --pretty-print', whole), [
      '{',
      '    "a": 1',
      '}',
    ])
  })

  it('print a new trust policy when asked to', async () => {
    assert.deepEqual(await lines('euare-roleupdateassumepolicy r -s s', ''), [])
    const [line = ''] = await lines('euare-roleupdateassumepolicy r -s s -o', '')
    assert.deepEqual(JSON.parse(line), {
      Version: '2008-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: ['s'] }, Action: ['sts:AssumeRole'] }],
    })
  })
})

describe('Tools of certificates, devices, providers and passwords', () => {
  it('print server certificates', async () => {
    const metadata =
      '<ServerCertificate><ServerCertificateMetadata><Arn>arn:c</Arn><ServerCertificateId>CERT</ServerCertificateId></ServerCertificateMetadata></ServerCertificate>'
    assert.deepEqual(await lines('euare-servercertgetattributes c', metadata), ['arn:c', 'CERT'])
    assert.deepEqual(await lines('euare-servercertgetattributes c', '<ServerCertificate/>'), ['None', 'None'])
    assert.deepEqual(await lines('euare-servercertupload c -c b --private-key k', metadata), [])
  })

  it('print signing certificates', async () => {
    const made =
      '<Certificate><CertificateId>ID</CertificateId><CertificateBody>body</CertificateBody><PrivateKey>key</PrivateKey></Certificate>'
    assert.deepEqual(await lines('euare-useraddcert bob -c b', made), ['ID'])
    assert.deepEqual(await lines('euare-usercreatecert bob', made), ['ID', 'body', 'key'])
    const list =
      '<Certificates><member><CertificateId>A</CertificateId><CertificateBody>body</CertificateBody><Status>Active</Status><UserName>bob</UserName></member><member><CertificateId>B</CertificateId></member></Certificates>'
    assert.deepEqual(await lines('euare-userlistcerts', list), ['A', 'B'])
    assert.deepEqual(await lines('euare-userlistcerts -v', list), [
      'A',
      'body',
      'Active',
      'bob',
      'B',
      '',
      '',
      '',
    ])
    const { stderr } = await fails('euare-userlistcerts', '<Certificates><member/></Certificates>')
    assert.equal(stderr, "euare-userlistcerts: error: the service's answer lacks CertificateId\n")
  })

  it('print devices', async () => {
    const devices = '<MFADevices><member><SerialNumber>S</SerialNumber></member></MFADevices>'
    assert.deepEqual(await lines('euare-userlistmfadevices bob', devices), ['S'])
    const { stderr } = await fails('euare-userlistmfadevices', '<MFADevices><member/></MFADevices>')
    assert.equal(stderr, "euare-userlistmfadevices: error: the service's answer lacks SerialNumber\n")
  })

  it('print providers', async () => {
    assert.deepEqual(
      await lines(
        'euare-oidcprovidercreate https://p -t aa',
        '<OpenIDConnectProviderArn>arn:o</OpenIDConnectProviderArn>',
      ),
      ['arn:o'],
    )
    const list = '<OpenIDConnectProviderList><member><Arn>arn:o</Arn></member></OpenIDConnectProviderList>'
    assert.deepEqual(await lines('euare-oidcproviderlist', list), ['arn:o'])
    const provider =
      '<Url>p</Url><ThumbprintList><member>aa</member><member>bb</member></ThumbprintList><ClientIDList><member>c</member></ClientIDList>'
    assert.deepEqual(await lines('euare-oidcprovidergetattributes arn:o', provider), [
      'url p',
      'thumbprint aa',
      'thumbprint bb',
      'client-id c',
    ])
  })

  it('print that there is a password', async () => {
    const whole =
      '<LoginProfile><UserName>bob</UserName><CreateDate>2014-02-16T12:13:14Z</CreateDate><PasswordResetRequired>false</PasswordResetRequired></LoginProfile>'
    const first = 'Login Profile Exists for User bob'
    assert.deepEqual(await lines('euare-usergetloginprofile bob', whole), [first])
    assert.deepEqual(await lines('euare-usergetloginprofile --verbose bob', whole), [
      first,
      'Creation date: 2014-02-16T12:13:14Z',
      'Must change password: false',
    ])
    const bare = '<LoginProfile><UserName>bob</UserName></LoginProfile>'
    assert.deepEqual(await lines('euare-usergetloginprofile --verbose bob', bare), [first])
  })

  it('print how a directory is followed', async () => {
    const status = '<SyncEnabled>true</SyncEnabled><InSync>false</InSync>'
    assert.deepEqual(await lines('euare-getldapsyncstatus', status), ['SyncEnabled\ttrue', 'InSync\tfalse'])
    assert.deepEqual(await lines('euare-getldapsyncstatus --show-empty-fields', '<InSync/>'), [
      'SyncEnabled\t(nil)',
      'InSync\t(nil)',
    ])
  })
})

const names = [
  'AWS_ACCESS_KEY_ID',
  'AWS_ACCESS_KEY',
  'EC2_ACCESS_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'EC2_SECRET_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'EC2_USER_ID',
  'AWS_CREDENTIAL_FILE',
]

const session = (token: string): string =>
  `<Credentials><AccessKeyId>KEY</AccessKeyId><SecretAccessKey>s/e+c=</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>2014-02-16T13:13:14Z</Expiration></Credentials>`

describe('Tools of the token service', () => {
  const values = [
    'KEY',
    'KEY',
    'KEY',
    's/e+c=',
    's/e+c=',
    's/e+c=',
    'tok',
    'tok',
    '2014-02-16T13:13:14Z',
    '1',
  ]

  it('print a session for a Bourne shell', async () => {
    assert.deepEqual(await lines('euare-assumerole -s 1:r', session('tok')), [
      ...values.map((value, index) => `${names[index]}=${value}; export ${names[index]};`),
      'unset AWS_CREDENTIAL_FILE;',
      '',
      '# If you can read this, rerun this program with eval:',
      '#     eval `euare-assumerole -s 1:r`',
    ])
  })

  it('print a session for a C shell', async () => {
    assert.deepEqual((await lines('euare-assumerole -c 1:r', session('tok'))).slice(0, 11), [
      ...values.map((value, index) => `setenv ${names[index]} ${value};`),
      'unsetenv AWS_CREDENTIAL_FILE;',
    ])
  })

  it('quote what a shell would take for more than a value', async () => {
    const token = "a'; touch x; b!$(c)"
    const sh = await lines('euare-assumerole -s 1:r', session(token))
    assert.equal(sh[6], `AWS_SESSION_TOKEN='a'"'"'; touch x; b!$(c)'; export AWS_SESSION_TOKEN;`)
    const csh = await lines('euare-assumerole -c 1:r', session(token))
    assert.equal(csh[6], `setenv AWS_SESSION_TOKEN 'a'"'"'; touch x; b\\!$(c)';`)
  })

  it('choose the shell by the environment, and quote the words typed', async () => {
    const released = async (words: readonly string[], SHELL?: string): Promise<string> =>
      (await run(['euare-releaserole', ...words], { env: { SHELL } })).stdout
    const tail = (words: string): string =>
      `\n# If you can read this, rerun this program with eval:\n#     eval \`euare-releaserole${words}\`\n`
    const sh = names.map(name => `unset ${name};\n`).join('')
    const csh = names.map(name => `unsetenv ${name};\n`).join('')
    assert.equal(await released([]), sh + tail(''))
    assert.equal(await released([], '/bin/tcsh'), csh + tail(''))
    assert.equal(await released(['-s'], '/bin/tcsh'), sh + tail(' -s'))
    assert.equal(await released(['-c'], '/bin/bash'), csh + tail(' -c'))
    // What says that the role was the embedded cloud's goes with it.
    const env = { SHELL: '/bin/bash', MALLEE_SESSION: 'K' }
    assert.equal(
      (await run(['euare-releaserole'], { env })).stdout,
      `${sh}unset MALLEE_SESSION;\n${tail('')}`,
    )
    const [line] = (await lines("euare-assumerole 1:r --session-name it's", session('t'))).slice(-1)
    assert.equal(line, `#     eval \`euare-assumerole 1:r --session-name 'it'"'"'s'\``)
  })

  it('print who one is, sorted', async () => {
    const identity = '<UserId>U</UserId><Account>1</Account><Arn>arn:u</Arn>'
    assert.deepEqual(await lines('euare-getcallerid', identity), [
      'account = 1',
      'arn = arn:u',
      'key-id = AKIDEXAMPLE',
      'user-id = U',
    ])
    assert.deepEqual(await lines('euare-getcallerid', '<UserId/>'), ['key-id = AKIDEXAMPLE'])
  })
})

describe('mallee certificate', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mallee-certificate-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const make = (...words: string[]) =>
    run(['mallee', 'certificate', '--self-signed', '-s', 'x', ...words], { cwd: folder })

  it('replaces nothing unless told to, and leaves no half of a pair', async () => {
    writeFileSync(join(folder, 'x.crt'), 'mine')
    const refused = await make()
    assert.equal(refused.stderr, 'mallee certificate: error: File exists: x.crt\n')
    assert.equal(refused.status, 1)
    assert.equal(readFileSync(join(folder, 'x.crt'), 'utf8'), 'mine')
    assert.throws(() => statSync(join(folder, 'x.pem')))
    assert.equal((await make('--force')).status, 0)
    assert.match(readFileSync(join(folder, 'x.crt'), 'utf8'), /^-----BEGIN CERTIFICATE-----\n/)
    assert.equal(statSync(join(folder, 'x.pem')).mode & 0o777, 0o600)
    assert.equal(statSync(join(folder, 'x.crt')).mode & 0o777, 0o644)
  })

  it('wants a file for each', async () => {
    const { status, stderr } = await make('--key', 'one', '--out', './one')
    assert.match(stderr, /need files of their own\n$/)
    assert.equal(status, 2)
  })
})
