// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findImage, readCatalog } from '../../src/catalog/catalog'
import {
  type InstallOptions,
  type InstallRequest,
  type InstallServices,
  imageName,
  installImage,
  installLine,
} from '../../src/catalog/install'
import { folders, tgz } from './make-tar'
import { entryFor } from './store-server'

const temporary = folders()
afterEach(temporary.dispose)

const tarball = tgz([
  { path: 'top/root.img', data: 'root' },
  { path: 'top/kvm-kernel/vmlinuz', data: 'kernel' },
  { path: 'top/kvm-kernel/initrd', data: 'ramdisk' },
])

/** A cloud that keeps what it is asked for, and fails at the named step. */
const cloud = (options: { failAt?: string; aliases?: string[]; earlier?: string[] } = {}) => {
  const log: string[] = []
  const step = (text: string) => {
    log.push(text)
    if (options.failAt !== undefined && text.startsWith(options.failAt))
      throw new Error(`no ${options.failAt}`)
  }
  const services: InstallServices = {
    bundleAndUpload: async spec => {
      const ids = [spec.kernelId, spec.ramdiskId].filter(id => id !== undefined)
      step(`upload ${spec.type} ${readFileSync(spec.file, 'utf8')} ${spec.architecture} ${ids.join(' ')}`)
      assert.equal(spec.prefix, basename(spec.file))
      return `${spec.bucket}/${spec.prefix}.manifest.xml`
    },
    register: async ({ name, location, description, architecture }) => {
      step(`register ${name} ${location} ${architecture} ${description ?? '-'}`)
      return name.endsWith('-kernel') ? 'eki-1' : name.endsWith('-ramdisk') ? 'eri-1' : 'emi-1'
    },
    listAccountAliases: async () => options.aliases ?? ['eucalyptus'],
    deregister: async id => step(`deregister ${id}`),
    deleteBundle: async location => step(`delete ${location}`),
    hasBundle: async (_, prefix) => (options.earlier ?? []).includes(prefix),
  }
  return { log, services }
}

const fromTarball = (): InstallRequest & { image: { tarball: string } } => {
  const file = join(temporary.make(), 'fedora.20.x86_64.tgz')
  writeFileSync(file, tarball)
  return { image: { tarball: file }, bucket: 'fedora20', architecture: 'x86_64', hypervisor: 'kvm' }
}

const name = 'eustore-fedora_20_x86_64'
const whole = [
  'upload kernel kernel x86_64 true',
  `register ${name}-kernel fedora20/vmlinuz.manifest.xml x86_64 -`,
  'upload ramdisk ramdisk x86_64 true',
  `register ${name}-ramdisk fedora20/initrd.manifest.xml x86_64 -`,
  'upload machine root x86_64 eki-1 eri-1',
  `register ${name} fedora20/root.img.manifest.xml x86_64 -`,
]

const install = async (
  request: InstallRequest,
  where: Parameters<typeof cloud>[0] = {},
  options: InstallOptions = {},
) => {
  const { log, services } = cloud(where)
  const temporaryDirectory = temporary.make()
  const lines: string[] = []
  const onEvent: InstallOptions['onEvent'] = event => {
    lines.push(installLine(event) ?? event.kind)
    options.onEvent?.(event)
  }
  let failure: Error | undefined
  const installed = await installImage({ temporaryDirectory, ...request }, services, {
    ...options,
    onEvent,
  }).catch((error: Error) => {
    failure = error
    return undefined
  })
  assert.deepEqual(readdirSync(temporaryDirectory), [], 'the temporary folder is removed')
  return { installed, failure, log, lines }
}

describe('catalog/install', () => {
  it('bundles, uploads and registers kernel, ramdisk and machine image in this order', async () => {
    const { installed, log, lines, failure } = await install(fromTarball())
    assert.ifError(failure)
    assert.deepEqual(installed, { imageId: 'emi-1', kernelId: 'eki-1', ramdiskId: 'eri-1', name })
    assert.deepEqual(log, whole)
    assert.deepEqual(
      lines.filter(line => line !== 'extracting'),
      [
        'Preparing to extract image...',
        '-- Uploading kernel image --',
        'Registered kernel image eki-1',
        '-- Uploading ramdisk image --',
        'Registered ramdisk image eri-1',
        '-- Uploading machine image --',
        'Registered machine image emi-1',
        '-- Done --',
      ],
    )
  })

  it('takes what the catalog says of an image, unless it is told otherwise', async () => {
    const folder = temporary.make()
    const entry = entryFor(tarball, { url: 'debian-6.tgz', 'single-kernel': 'True' })
    writeFileSync(join(folder, 'debian-6.tgz'), tarball)
    writeFileSync(join(folder, 'catalog'), JSON.stringify({ images: [entry] }))
    const image = findImage(await readCatalog({ url: folder, builtIn: '' }), entry.name)
    const catalogs = await install({ image, bucket: 'b' })
    assert.equal(
      catalogs.log.at(-1),
      `register eustore-debian-6 b/root.img.manifest.xml x86_64 ${entry.description}`,
    )
    assert.equal(catalogs.lines[0], 'downloading')
    const own = await install({ image, bucket: 'b', architecture: 'i386', description: 'mine' })
    assert.equal(own.log.at(-1), 'register eustore-debian-6 b/root.img.manifest.xml i386 mine')
    const many = await install({ image: { ...image, singleKernel: false }, bucket: 'b' })
    assert.equal((many.failure as { code?: string })?.code, 'HypervisorRequired')
    assert.deepEqual(many.log, [])
  })

  it('uses the given kernel and ramdisk and then asks for no rights', async () => {
    const given = { kernelId: 'eki-9', ramdiskId: 'eri-9' }
    const { installed, log } = await install({ ...fromTarball(), ...given }, { aliases: [] })
    assert.deepEqual(installed, { imageId: 'emi-1', ...given, name })
    assert.deepEqual(log, ['upload machine root x86_64 eki-9 eri-9', whole[5]])
  })

  it('refuses a request that lacks something before doing anything', async () => {
    const request = fromTarball()
    const cases: [InstallRequest, string][] = [
      [{ ...request, kernelId: 'eki-9' }, 'KernelAndRamdisk'],
      [{ ...request, ramdiskId: 'eri-9' }, 'KernelAndRamdisk'],
      [{ ...request, architecture: undefined as unknown as string }, 'ArchitectureRequired'],
      [{ image: request.image, bucket: 'b', architecture: 'i386' }, 'HypervisorRequired'],
    ]
    for (const [bad, code] of cases) {
      const { failure, log, lines } = await install(bad)
      assert.equal((failure as { code?: string })?.code, code)
      assert.deepEqual([log, lines], [[], []])
    }
  })

  it('registers kernels for the account eucalyptus only', async () => {
    const { failure, log } = await install(fromTarball(), { aliases: ['other'] })
    assert.equal((failure as { code?: string })?.code, 'NotPermitted')
    assert.deepEqual(log, [])
  })

  it('takes back what it has done when it cannot go on, last first', async () => {
    const { failure, log } = await install(fromTarball(), { failAt: 'upload machine' })
    assert.equal(failure?.message, 'no upload machine')
    assert.deepEqual(log, [
      ...whole.slice(0, 5),
      'deregister eri-1',
      'delete fedora20/initrd.manifest.xml',
      'deregister eki-1',
      'delete fedora20/vmlinuz.manifest.xml',
    ])
    const refused = await install(fromTarball(), { failAt: `register ${name}-kernel` })
    assert.deepEqual(refused.log, [...whole.slice(0, 2), 'delete fedora20/vmlinuz.manifest.xml'])
  })

  it('never deletes a bundle that an earlier image has under that name', async () => {
    const { log } = await install(fromTarball(), {
      failAt: `register ${name}-ramdisk`,
      earlier: ['vmlinuz', 'initrd'],
    })
    assert.deepEqual(log, [...whole.slice(0, 4), 'deregister eki-1'])
  })

  it('says what is left behind when taking back fails too', async () => {
    const { services, log } = cloud({ failAt: `register ${name}-ramdisk` })
    services.deregister = async () => assert.fail('the cloud is gone')
    await assert.rejects(installImage(fromTarball(), services), {
      message: `no register ${name}-ramdisk (left behind: eki-1)`,
    })
    assert.deepEqual(log.slice(-2), [
      'delete fedora20/initrd.manifest.xml',
      'delete fedora20/vmlinuz.manifest.xml',
    ])
  })

  it('takes back what it has done when it is interrupted', async () => {
    const stop = new AbortController()
    const onEvent: InstallOptions['onEvent'] = event => {
      if (event.kind === 'registered' && event.role === 'kernel') stop.abort()
    }
    const { failure, log } = await install(fromTarball(), {}, { signal: stop.signal, onEvent })
    assert.equal(failure?.name, 'AbortError')
    assert.deepEqual(log, [...whole.slice(0, 2), 'deregister eki-1', 'delete fedora20/vmlinuz.manifest.xml'])
  })

  it('touches no cloud for a tarball that is refused', async () => {
    const request = fromTarball()
    writeFileSync(request.image.tarball, tgz([{ path: '../x.img', data: 'x' }]))
    const { failure, log } = await install(request)
    assert.match(failure?.message ?? '', /'\.\.'/)
    assert.deepEqual(log, [])
    const missing = await install({ ...request, image: { tarball: '/nonexistent.tgz' } })
    assert.equal((missing.failure as NodeJS.ErrnoException)?.code, 'ENOENT')
    const directory = await install({ ...request, image: { tarball: temporary.make() } })
    assert.match(directory.failure?.message ?? '', /not a regular file/)
  })

  it('keeps the files in a folder that it is given', async () => {
    const directory = join(temporary.make(), 'made')
    await install({ ...fromTarball(), directory })
    assert.deepEqual(readdirSync(directory).sort(), ['initrd', 'root.img', 'vmlinuz'])
    await install({ ...fromTarball(), directory })
    assert.ok(existsSync(join(directory, 'root.img')))
  })

  it('names images after their tarballs', () => {
    assert.equal(
      imageName('/a/b/euca-debian-2012.1.14-x86_64.tgz', false),
      'eustore-euca-debian-2012_1_14-x86_64',
    )
    assert.equal(imageName('x.tar.gz', false), 'eustore-x_tar')
    assert.match(imageName('x.tgz', true), /^eustore-[0-9a-f]{8}-x$/)
    assert.notEqual(imageName('x.tgz', true), imageName('x.tgz', true))
  })
})
