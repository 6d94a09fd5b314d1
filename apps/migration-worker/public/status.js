import uPlot from '/uplot.js';

const EVERY_MS = 2000;
const COLOURS = ['#1565c0', '#c62828', '#2e7d32', '#6a1b9a', '#ef6c00', '#00838f', '#4e342e', '#ad1457'];
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

function span(seconds) {
  if (seconds === null) return '–';
  if (seconds < 100) return `${Math.round(seconds * 10) / 10} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function showStatus({ id, state, epoch, paused, workers, quarantine, waived, throttle, rollback, ...rest }) {
  element('id').textContent = id;
  element('state').textContent = paused ? `${state} (paused)` : state;
  element('facts').textContent = [
    `epoch ${epoch}`,
    `${workers} workers`,
    `quarantine ${quarantine}${waived ? ` (${waived} waived)` : ''}`,
    `writes ${throttle.used.write} of ${throttle.write}, reads ${throttle.used.read} of ${throttle.read} units/s`,
    throttle.reason || 'not throttled',
    `rollback ${rollback.status}${rollback.reasons.length ? `: ${rollback.reasons.join('; ')}` : ''}`,
    `verified ${rest.verifiedAt ?? 'not yet'}`,
    ...(rest.cutover.writeGapMs === null ? [] : [`writes stood still for ${rest.cutover.writeGapMs} ms`]),
  ].join(' · ');
}

function showTables(tables) {
  const rows = Object.entries(tables).map(([name, table]) => {
    const row = document.createElement('tr');
    row.dataset.table = name;
    fill(row, 'td', [
      name,
      table.kind,
      `${table.percent} %`,
      ...[table.scanned, table.inserted, table.present, table.quarantined, table.events.seen].map(count),
      String(table.rate),
      span(table.etaSeconds),
      span(table.lagSeconds),
    ]);
    return row;
  });
  element('tables').replaceChildren(...rows);
}

function showPlot(name, { at, tables, ...totals }) {
  const box = element(name);
  const names = Object.keys(tables);
  const data = [at, totals[name], ...names.map((table) => tables[table][name])];
  if (plots[name]?.series.length !== data.length) {
    plots[name]?.destroy();
    plots[name] = new uPlot(
      {
        width: box.clientWidth,
        height: 240,
        legend: { show: false },
        series: [
          {},
          { label: 'all', stroke: '#222', width: 2 },
          ...names.map((label, i) => ({ label, stroke: COLOURS[i % COLOURS.length], width: 1 })),
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
  const { status, alarms, series } = await answer.json();
  if (status) {
    showStatus(status);
    showTables(status.tables);
  }
  fill(
    element('alarms'),
    'li',
    alarms.map(({ alarm, message }) => `${alarm}: ${message}`),
  );
  showPlot('rate', series);
  showPlot('lag', series);
  element('note').textContent = '';
}

async function again() {
  try {
    await show();
  } catch (error) {
    element('note').textContent = `Not up to date: ${error.message}.`;
  }
  setTimeout(again, EVERY_MS);
}

addEventListener('resize', () => {
  for (const name of Object.keys(plots))
    plots[name].setSize({ width: element(name).clientWidth, height: 240 });
});
await again();
