import fc from 'fast-check';
import { EgressPolicy } from './egress-policy.ts';

const refuses = (policy: EgressPolicy, url: string) =>
  expect(() => policy.parse(url)).toThrow(expect.objectContaining({ code: 'egress.forbidden' }));

describe('EgressPolicy', () => {
  const closed = new EgressPolicy([]);

  it.each([
    'https://mcp.example.com/mcp',
    'http://example.com:8080/x?y=1',
    'https://8.8.8.8/mcp',
    'https://[2606:4700:4700::1111]/mcp',
  ])('lets %s through', (url) => {
    expect(closed.parse(url).href).toBe(url);
  });

  it.each([
    ['another scheme', 'file:///etc/passwd'],
    ['another scheme', 'gopher://example.com/'],
    ['no scheme', 'example.com/mcp'],
    ['credentials', 'http://user:secret@example.com/'],
    ['credentials that look like a host', 'http://8.8.8.8@example.com/'],
    ['loopback', 'http://127.0.0.1/'],
    ['loopback', 'http://127.8.9.1:99/'],
    ['loopback', 'http://[::1]/'],
    ['decimal', 'http://2130706433/'],
    ['octal', 'http://0177.0.0.1/'],
    ['hexadecimal', 'http://0x7f.0.0.1/'],
    ['short', 'http://127.1/'],
    ['full-width digits', 'http://１２７.0.0.1/'],
    ['public, but disguised', 'http://134744072/'],
    ['this host', 'http://0.0.0.0/'],
    ['this host', 'http://[::]/'],
    ['private', 'http://10.1.2.3/'],
    ['private', 'http://172.31.0.1/'],
    ['private', 'http://192.168.0.1/'],
    ['carrier-grade NAT', 'http://100.64.0.1/'],
    ['link-local and metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['container metadata over IPv6', 'http://[fd00:ec2::254]/'],
    ['link-local', 'http://[fe80::1]/'],
    ['IPv4-mapped', 'http://[::ffff:127.0.0.1]/'],
    ['IPv4-mapped', 'http://[::ffff:a00:1]/'],
    ['IPv4-compatible', 'http://[::7f00:1]/'],
    ['NAT64', 'http://[64:ff9b::7f00:1]/'],
    ['local NAT64', 'http://[64:ff9b:1::a00:1]/'],
    ['6to4', 'http://[2002:7f00:1::]/'],
    ['Teredo', 'http://[2001:0:7f00:1::]/'],
    ['multicast', 'http://224.0.0.1/'],
    ['multicast', 'http://[ff02::1]/'],
    ['broadcast', 'http://255.255.255.255/'],
    ['reserved', 'http://240.0.0.1/'],
    ['documentation', 'http://192.0.2.1/'],
  ])('refuses %s: %s', (_why, url) => refuses(closed, url));

  it('does not repeat the URL, which may hold a secret', () => {
    expect(() => closed.parse('http://10.0.0.1/?key=hunter2')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hunter2') as string }),
    );
  });

  it('refuses every spelling of every private address that a URL parser understands', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const spell = fc.constantFrom(
      (n: number) => `${n}`,
      (n: number) => `0x${n.toString(16)}`,
      (n: number) => `0${n.toString(8)}`,
    );
    const first = fc.constantFrom([10, 0], [127, 0], [169, 254], [192, 168], [172, 16], [100, 64]);
    fc.assert(
      fc.property(first, octet, octet, spell, spell, ([a = 0, b = 0], c, d, one, two) => {
        refuses(closed, `http://${one(a)}.${two(b)}.${one(c)}.${two(d)}/`);
        refuses(closed, `http://${one(((a * 256 + b) * 256 + c) * 256 + d)}/`);
        refuses(closed, `http://[::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}]/`);
        refuses(closed, `http://[64:ff9b::${a}.${b}.${c}.${d}]/`);
      }),
    );
  });

  describe('with an allow-list', () => {
    const open = new EgressPolicy([
      '127.0.0.1',
      'mcp.internal:8080',
      '[::1]:9000',
      '10.2.0.0/16',
      'fd12::/16',
    ]);

    it.each([
      'http://127.0.0.1/',
      'https://127.0.0.1:4443/',
      'http://[::1]:9000/',
      'http://10.2.3.4/',
      'http://[fd12::1]/',
    ])('lets %s through', (url) => expect(open.parse(url).href).toBe(url));

    it.each([
      'http://127.0.0.2/',
      'http://2130706433/',
      'http://127.1/',
      'http://0x7f000001/',
      'http://[::1]/',
      'http://[0:0:0:0:0:0:0:1]:9000/',
      'http://[::ffff:127.0.0.1]/',
      'http://10.3.0.1/',
      'http://167903233/',
      'http://[fd13::1]/',
    ])('refuses %s, which is not exactly what was allowed', (url) => refuses(open, url));

    it('knows names by host and port', () => {
      expect(open.allowsHost('MCP.internal', 8080)).toBe(true);
      expect(open.allowsHost('mcp.internal', 80)).toBe(false);
      expect(open.allowsHost('localhost', 80)).toBe(false);
    });

    it.each(['http://x', 'a b', '10.0.0.0/99', '[mcp]', 'host:99999', '@', 'a,b:c'])(
      'stops the boot on the entry %s',
      (entry) => expect(() => new EgressPolicy([entry])).toThrow(/^EGRESS_ALLOW: /),
    );
  });
});
