import { AppError } from '@agent-engine/errors';
import { flowXml } from './flow-xml.ts';

const message = (id: string, text: unknown, more = {}) => ({
  id,
  type: 'message',
  formData: { type: 'text', text },
  ...more,
});
const step = (details: object[], more = {}) => ({ id: 1, formData: { name: 'Greet' }, details, ...more });
const branch = (id: string, ...conditions: [id: string, condition: string, nextStep?: string][]) => ({
  id,
  type: 'branch',
  conditions: conditions.map(([conditionId, condition, nextStep]) => ({
    id: conditionId,
    condition,
    nextStep,
  })),
});
const xmlOf = (...steps: object[]) => flowXml(JSON.stringify(steps));
/** What stands inside the only step. */
const inside = (...details: object[]) =>
  xmlOf(step(details))
    .split('\n')
    .slice(3, -3)
    .map((line) => line.slice(4))
    .join('\n');
const problemOf = (flowContext: unknown) => {
  try {
    flowXml(flowContext);
  } catch (error) {
    if (AppError.is(error, 'argument.invalid')) return error.message;
    throw error;
  }
  return undefined;
};

describe('steps', () => {
  it('are listed with id, name and what comes next, indented under a declaration', () => {
    expect(xmlOf(step([message('a', 'Hi')], { nextStep: 2 }), { id: 2, formData: { name: 'End' } })).toBe(
      [
        '<?xml version="1.0" ?>',
        '<FlowSnippet>',
        '  <Step id="1" name="Greet">',
        '    <Text>Hi</Text>',
        '    <NextStep>2</NextStep>',
        '  </Step>',
        '  <Step id="2" name="End"/>',
        '</FlowSnippet>',
        '',
      ].join('\n'),
    );
  });

  it.each(['{}', '[]'])('are none in the context of a new flow: %s', (context) => {
    expect(flowXml(context)).toBe('<?xml version="1.0" ?>\n<FlowSnippet/>\n');
  });
});

describe('details', () => {
  it.each([
    ['a text', { type: 'message', formData: { type: 'text', text: 'Hi' } }, '<Text>Hi</Text>'],
    ['a prompt', { type: 'prompt', formData: { type: 'prompt', text: 'Ask' } }, '<Prompt>Ask</Prompt>'],
    [
      'a text in a prompt node',
      { type: 'prompt', formData: { type: 'text', text: 'Hi' } },
      '<Text>Hi</Text>',
    ],
    ['an empty text', { type: 'message', formData: { type: 'text', text: null } }, '<Text/>'],
    [
      'a date',
      { type: 'message', formData: { type: 'text', text: '2026-11-23' } },
      '<Text>2026-11-23</Text>',
    ],
    ['a number', { type: 'message', formData: { type: 'text', text: 42 } }, '<Text>42</Text>'],
    [
      'markup and entities',
      { type: 'message', formData: { type: 'text', text: '<b> & &lt; &#65;' } },
      '<Text>&lt;b&gt; &amp; &amp;lt; &amp;#65;</Text>',
    ],
    [
      'a component',
      {
        type: 'ui',
        formData: { name: 'DatePicker', text: 'left out', label: 'a "day" &amp;', min: 1, none: null },
      },
      '<UIComponent>\n  <DatePicker label="a &quot;day&quot; &amp;amp;" min="1"/>\n</UIComponent>',
    ],
    [
      'a component that is waited for',
      { type: 'ui', formData: { name: 'Form', waitFor: 'form_id', optional: true } },
      '<UIComponent>\n  <Form optional="true"/>\n  <WaitFor>form_id</WaitFor>\n</UIComponent>',
    ],
    ['a component without a name', { type: 'ui', formData: { label: 'x' } }, '<UIComponent/>'],
    [
      'an action',
      { type: 'action', formData: { type: 'send_mail', transform: {} } },
      '<Action type="call_function">send_mail</Action>',
    ],
    [
      'an action with children',
      { type: 'action', formData: { type: 'send_mail' }, children: [{}] },
      '<Action type="call_function" value="send_mail"/>',
    ],
    [
      "an action's own attributes",
      {
        type: 'action',
        formData: {
          type: 'save',
          transform: { type: 'structure_input' },
          attrs: [{ attr: 'a' }, { attr: 7 }],
        },
      },
      `<Action type="call_function" value="save">
  <Transform type="structure_input" value="data_collect_dataset">
    <Attribute>a</Attribute>
    <Attribute>7</Attribute>
  </Transform>
</Action>`,
    ],
    [
      'a list of transforms',
      {
        type: 'action',
        formData: {
          type: 'save',
          transform: [
            { type: 'summarize', attrs: [{ attr: 'all' }, { attr: 'unused' }] },
            { type: 'full_content', attrs: [] },
            { type: 'pick', attrs: [{ attr: 'a' }] },
          ],
        },
      },
      `<Action type="call_function" value="save">
  <Transform type="summarize">all</Transform>
  <Transform type="full_content"/>
  <Transform type="pick">
    <Attribute>a</Attribute>
  </Transform>
</Action>`,
    ],
    [
      'the contact profile',
      { type: 'action', formData: { type: 'get_contact_profile' } },
      '<Action type="call_function">get_contact_profile</Action>\n<WaitFor>contact_uuid</WaitFor>',
    ],
    [
      'a branch without conditions',
      { type: 'branch', condition: 'yes', nextStep: 3 },
      '<Branch condition="yes" next_step="3"/>',
    ],
  ])('write %s', (_what, detail, expected) => {
    expect(inside({ id: 'd', ...detail })).toBe(expected);
  });

  it('of unknown types are left out', () => {
    expect(inside({ id: 'a', type: 'start' }, { id: 'b', type: 'toString' }, {}, message('c', 'Hi'))).toBe(
      '<Text>Hi</Text>',
    );
  });
});

describe('conditions', () => {
  it('nest what they lead to, the next branch of it included', () => {
    expect(
      inside(
        message('start', 'Hello', { nextStep: 'b1' }),
        branch('b1', ['c1', 'yes', 'm1'], ['c2', 'no', 'm2']),
        message('m1', 'Good', { nextStep: 'b2' }),
        message('m2', 'Pity'),
        branch('b2', ['c3', 'more', 'm3'], ['c4', 'enough']),
        message('m3', 'More'),
      ),
    ).toBe(`<Text>Hello</Text>
<Branch condition="yes">
  <Text>Good</Text>
  <Branch condition="more">
    <Text>More</Text>
  </Branch>
  <Branch condition="enough"/>
</Branch>
<Branch condition="no">
  <Text>Pity</Text>
</Branch>`);
  });

  it('name the next step only where the step itself lists them', () => {
    const details = [branch('b', ['out', 'leave', '2'], ['in', 'stay', '3'])];
    expect(xmlOf(step(details, { conditions: [{ id: 'out', nextStep: '2' }] }))).toContain(
      '    <Branch condition="leave" next_step="2"/>\n    <Branch condition="stay"/>\n',
    );
  });

  it('nest alike in whatever order the details come', () => {
    const start = message('start', 'Hello', { nextStep: 'b' });
    const choice = branch('b', ['c', 'yes', 'm']);
    const profile = { id: 'm', type: 'action', formData: { type: 'get_contact_profile' } };
    const expected = `<Text>Hello</Text>
<Branch condition="yes">
  <Action type="call_function">get_contact_profile</Action>
  <WaitFor>contact_uuid</WaitFor>
</Branch>`;
    expect(inside(start, choice, profile)).toBe(expected);
    expect(inside(profile, start, choice)).toBe(expected);
  });

  it('lead through a branch that follows directly, and to what two of them share', () => {
    expect(
      inside(
        message('start', 'Hello', { nextStep: 'b1' }),
        branch('b1', ['c1', 'yes', 'b2'], ['c2', 'no', 'end']),
        branch('b2', ['c3', 'really', 'end']),
        message('end', 'Bye'),
      ),
    ).toBe(`<Text>Hello</Text>
<Branch condition="yes">
  <Branch condition="really">
    <Text>Bye</Text>
  </Branch>
</Branch>
<Branch condition="no">
  <Text>Bye</Text>
</Branch>`);
  });

  it('that lead back end there, and nothing is lost', () => {
    expect(
      inside(
        message('start', 'Hello', { nextStep: 'b' }),
        branch('b', ['c1', 'again', 'start'], ['c2', 'retry', 'm']),
        message('m', 'Once more', { nextStep: 'b' }),
        branch('x', ['c3', 'x', 'y']),
        branch('y', ['c4', 'y', 'x']),
      ),
    ).toBe(`<Text>Hello</Text>
<Branch condition="again"/>
<Branch condition="retry">
  <Text>Once more</Text>
</Branch>
<Branch condition="x">
  <Branch condition="y"/>
</Branch>`);
  });

  it('cannot make a small flow unfold without end', () => {
    const diamonds = Array.from({ length: 40 }, (_, i) => [
      branch(`b${i}`, [`l${i}`, 'left', `b${i + 1}`], [`r${i}`, 'right', `b${i + 1}`]),
    ]).flat();
    expect(problemOf(JSON.stringify([step([message('s', '', { nextStep: 'b0' }), ...diamonds])]))).toMatch(
      /^flowContext unfolds to more than/,
    );
    const chain = Array.from({ length: 500 }, (_, i) => branch(`b${i}`, [`c${i}`, 'c', `b${i + 1}`]));
    expect(problemOf(JSON.stringify([step(chain)]))).toMatch(/^flowContext nests branches deeper/);
  });
});

it.each([
  [null, 'must be the JSON text of a list of steps'],
  ['', 'must be JSON text'],
  ['null', 'must be the JSON text of a list of steps'],
  ['Say hello.', 'must be JSON text'],
  ['{"id":1}', 'must be the JSON text of a list of steps'],
  ['2026', 'must be the JSON text of a list of steps'],
  [JSON.stringify([{ formData: { name: 'x' } }]), '[0].id'],
  [JSON.stringify([step([]), { id: 2 }]), '[1].formData'],
  [JSON.stringify([step([{ id: 'u', type: 'ui', formData: { name: 'a b' } }])]), '"a b"'],
  [JSON.stringify([step([{ id: 'u', type: 'ui', formData: { name: 'a', xmlns: 'b' } }])]), '"xmlns"'],
  [JSON.stringify([step([{ id: 'u', type: 'action', formData: { attrs: 1 } }])]), '(action u).attrs'],
  [JSON.stringify([step([message('m', '\u0000')])]), 'characters that XML cannot'],
])('refuses %j and says why', (flowContext, reason) => {
  expect(problemOf(flowContext)).toContain(reason);
  expect(problemOf(flowContext)).toMatch(/^flowContext/);
});
