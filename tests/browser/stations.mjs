// The two programs under test: their commands, their serving processes and the story they start from: a hub with the plan
// handed over, and the node of one body, enrolled and with its tasks.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { kPlan } from './practice_plan.mjs';

export const kBody = 'hy.ubnd';
export const kPassword = 'a long practice password';
const kStartMs = 10_000;
const kStopMs = 10_000;

// Every serving process, also of a set-up that failed half way.
const serving = new Set();

class Program {
  constructor(folder, name) {
    this.name = name;
    this.file = `${process.env.TRAM_BIN}/${name}`;
    this.folder = folder;
    this.data = `${folder}/${name}`;
    this.listen = '127.0.0.1:0';
    this.process = null;
  }

  // Runs one command; through the socket while the program serves. Returns its JSON document.
  command(words, input = '') {
    const run = spawnSync(this.file, ['--data', this.data, '--json', ...words], {
      cwd: this.folder,
      input,
      encoding: 'utf8',
      timeout: 30_000,
    });
    if (run.error) throw run.error;
    if (run.status !== 0) throw new Error(`${this.name} ${words.join(' ')}: exit ${run.status}: ${run.stdout}${run.stderr}`);
    return JSON.parse(run.stdout);
  }

  add_user(name, role, words = []) {
    this.command(['user', 'add', name, '--role', role, ...words], `${kPassword}\n`);
  }

  // The first time on a free port; again on the same one, since the other side knows it.
  async serve() {
    const child = spawn(this.file, ['--data', this.data, 'serve', '--listen', this.listen], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    serving.add(child);
    child.on('exit', () => serving.delete(child));
    let said = '';
    this.listen = await new Promise((resolve, reject) => {
      const give_up = setTimeout(() => reject(new Error(`${this.name} does not listen: ${said}`)), kStartMs);
      child.on('exit', (code) => reject(new Error(`${this.name} ended with ${code}: ${said}`)));
      child.on('error', reject);
      child.stderr.on('data', (part) => (said = (said + part).slice(-4000)));
      child.stdout.on('data', (part) => {
        said = (said + part).slice(-4000);
        const found = /listening on (\S+)/.exec(said);
        if (!found) return;
        clearTimeout(give_up);
        resolve(found[1]);
      });
    });
    this.address = `http://${this.listen}`;
  }

  async stop() {
    const child = this.process;
    this.process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), kStopMs);
    await ended;
    clearTimeout(late);
  }
}

export function kill_all() {
  for (const child of serving) child.kill('SIGKILL');
}

export async function set_up_stations(folder) {
  mkdirSync(`${folder}/stick`);
  const password_file = `${folder}/password`;
  writeFileSync(password_file, `${kPassword}\n`, { mode: 0o600 });

  const hub = new Program(folder, 'tram-hub');
  hub.command(['init', '--name', 'Văn phòng Tỉnh ủy', '--zone', 'practice']);
  hub.command(['org', 'import', `${kPlan}organisations.csv`]);
  hub.add_user('chi', 'hub_office');
  hub.add_user('hung', 'hub_security');
  hub.command(['plan', 'import', '--document', `${kPlan}document.csv`, '--tasks', `${kPlan}tasks.csv`]);
  // prettier-ignore
  hub.command(['plan', 'hand-over', '406', '--unsigned-reason', 'luyện tập', '--as', 'chi', '--password-file', password_file,
    '--second', 'hung', '--second-password-file', password_file]);
  const { code } = hub.command(['site', 'add', kBody, '--pre-approved']);
  await hub.serve();

  const node = new Program(folder, 'tram-node');
  node.command(['init', '--site', kBody, '--zone', 'practice']);
  node.add_user('minh', 'site_admin');
  node.add_user('an', 'operator');
  node.add_user('binh', 'approver');
  node.command(['enrol', '--hub', hub.address, '--code', code]);
  node.command(['sync']);
  await node.serve();
  return { hub, node };
}
