import uPlot from '/uplot.js';

const EVERY_MS = 2000;
const COLOURS = ['#1565c0', '#c62828', '#2e7d32', '#6a1b9a', '#ef6c00', '#00838f', '#4e342e', '#ad1457'];
const HEIGHT = 240;
const element = (id) => document.getElementById(id);
const count = (value) => value.toLocaleString('en-US');
const plots = {};

/** What tenants named, and what the database said, is text: never markup. */
function fill(parent, tag, texts) {
  parent.replaceChildren(
    ...texts.map((text) => {
      const child = document.createElement(tag);
      child.textContent = text;
      return child;
    }),
  );
}

function rows(id, list) {
  element(id).replaceChildren(
    ...list.map(([name, texts]) => {
      const row = document.createElement('tr');
      row.dataset.name = name;
      fill(row, 'td', texts);
      return row;
    }),
  );
}

function span(seconds) {
  if (seconds === null) return '–';
  if (seconds < 100) return `${Math.round(seconds * 10) / 10} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function estimate({ etaSeconds, etaInterval }) {
  if (!etaSeconds) return '–';
  const [low, high] = etaInterval;
  return `${span(etaSeconds)} (${span(low)} to ${high === null ? '?' : span(high)})`;
}

function showStatus({ id, state, epoch, paused, workers, quarantine, waived, throttle, rollback, ...rest }) {
  document.title = `${state} · ${id}`;
  element('id').textContent = id;
  element('state').textContent = paused ? `${state} (paused)` : state;
  fill(element('facts'), 'li', [
    `copied ${rest.progress.percent} %, ready in ${estimate(rest.progress)}`,
    `${workers} ${workers === 1 ? 'worker' : 'workers'}, epoch ${epoch}`,
    `quarantine ${quarantine}${waived ? ` (${waived} waived)` : ''}`,
    `writes ${throttle.used.write} of ${throttle.write}, reads ${throttle.used.read} of ${throttle.read} units/s`,
    throttle.reason || 'not throttled',
    `rollback ${rollback.status}${rollback.reasons.length ? `: ${rollback.reasons.join('; ')}` : ''}`,
    `verified ${rest.verifiedAt ?? 'not yet'}`,
    ...(rest.cutover.writeGapMs === null ? [] : [`writes stood still for ${rest.cutover.writeGapMs} ms`]),
  ]);
}

function showTables(tables) {
  rows(
    'tables',
    Object.entries(tables).map(([name, table]) => [
      name,
      [
        name,
        table.kind,
        `${table.percent} %`,
        ...[table.scanned, table.inserted, table.present, table.quarantined, table.events.seen].map(count),
        String(table.rate),
        estimate(table),
        span(table.lagSeconds),
      ],
    ]),
  );
}

function showQuarantine(entries, { quarantine }) {
  rows(
    'quarantine',
    entries.map(({ id, table, key, reason, at }) => [id, [table, key, reason, at]]),
  );
  const more = quarantine - entries.length;
  element('quarantine-more').textContent =
    quarantine === 0 ? 'Nothing.' : more > 0 ? `And ${count(more)} more: see quarantine list.` : '';
}

function showPlot(name, unit, { at, tables, ...totals }) {
  const box = element(name);
  const names = Object.keys(tables);
  const data = [at, totals[name], ...names.map((table) => tables[table][name])];
  if (plots[name]?.series.length !== data.length) {
    plots[name]?.destroy();
    plots[name] = new uPlot(
      {
        width: box.clientWidth,
        height: HEIGHT,
        axes: [{}, { label: unit }],
        series: [
          {},
          { label: 'all', stroke: '#222', width: 2 },
          ...names.map((label, i) => ({
            label,
            stroke: COLOURS[i % COLOURS.length],
            // Eight colours, more tables: those of the second round are dashed.
            dash: i < COLOURS.length ? [] : [6, 4],
            width: 1,
          })),
        ],
      },
      data,
      box,
    );
  } else plots[name].setData(data);
  box.dataset.points = String(at.length);
}

async function show() {
  const answer = await fetch('/overview.json');
  if (!answer.ok) throw new Error(`the worker answers ${answer.status}`);
  const { status, isFresh, alarms, quarantined, series } = await answer.json();
  if (status) {
    showStatus(status);
    showTables(status.tables);
    showQuarantine(quarantined, status);
  }
  fill(
    element('alarms'),
    'li',
    alarms.map(({ alarm, message }) => `${alarm}: ${message}`),
  );
  showPlot('rate', 'per second', series);
  showPlot('lag', 'seconds', series);
  element('note').textContent = isFresh ? '' : 'Not up to date: the worker cannot read the control table.';
}

async function again() {
  try {
    await show();
  } catch (error) {
    element('note').textContent = `Not up to date: ${error.message}. The command may have ended.`;
  }
  setTimeout(again, EVERY_MS);
}

addEventListener('resize', () => {
  for (const name of Object.keys(plots))
    plots[name].setSize({ width: element(name).clientWidth, height: HEIGHT });
});
await again();
