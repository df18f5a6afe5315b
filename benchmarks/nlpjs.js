// NLP.js as a peer: `node nlpjs.js job.json result.json`, with NODE_PATH naming the folder of @nlpjs/basic and
// @nlpjs/lang-ja. The same job and result as peers.py. NLP.js may answer None: then no label gets a score.
const crypto = require('crypto');
const fs = require('fs');
const os = require('os');
const path = require('path');

const WARM_UP = 20;

function version(name) {
  return require(`${name}/package.json`).version;
}

// The order of learning matters to it, and the examples are sorted by label. The same texts, the same order.
function mixed(train) {
  const hash = ([text]) => crypto.createHash('sha1').update(text).digest('hex');
  return train.map((row) => [hash(row), row]).sort().map(([, row]) => row);
}

function peakMb() {
  return process.resourceUsage().maxRSS / 1024;
}

async function measure(job) {
  const { dockStart } = require('@nlpjs/basic');
  const { StemmerJa } = require('@nlpjs/lang-ja');
  await StemmerJa.classInit();
  const dock = await dockStart({ use: ['Basic', 'LangJa'], autoLoad: false });
  const nlp = dock.get('nlp');
  nlp.settings.autoSave = false;
  nlp.settings.nlu = { ...nlp.settings.nlu, log: false };
  nlp.addLanguage('ja');
  let start = process.hrtime.bigint();
  const seconds = () => Number(process.hrtime.bigint() - start) / 1e9;
  for (const [text, label] of mixed(job.train)) nlp.addDocument('ja', text, label);
  await nlp.train();
  const trainSeconds = seconds();

  const one = async (text) => {
    const found = await nlp.process('ja', text);
    const scores = new Array(job.labels.length).fill(0);
    if (found.intent === 'None') return scores;
    for (const { intent, score } of found.classifications) {
      const place = job.labels.indexOf(intent);
      if (place >= 0) scores[place] = score;
    }
    return scores;
  };
  for (const text of job.single.slice(0, WARM_UP)) await one(text);
  const milliseconds = [];
  for (const text of job.single) {
    start = process.hrtime.bigint();
    await one(text);
    milliseconds.push(1000 * seconds());
  }
  const scores = {};
  for (const [name, texts] of Object.entries(job.texts)) {
    scores[name] = [];
    for (const text of texts) scores[name].push(await one(text));
  }
  const peak = peakMb();
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'nlpjs-')), 'model.nlp');
  fs.writeFileSync(file, nlp.export(true));
  const size = fs.statSync(file).size;
  fs.rmSync(path.dirname(file), { recursive: true });
  const silent = scores['as written'].filter((row) => row.every((score) => !score)).length;
  return {
    train_seconds: trainSeconds,
    milliseconds,
    scores,
    peak_mb: peak,
    disk_mb: size / 2 ** 20,
    versions: {
      node: process.versions.node,
      '@nlpjs/basic': version('@nlpjs/basic'),
      '@nlpjs/lang-ja': version('@nlpjs/lang-ja'),
    },
    note: `answers None for ${((100 * silent) / job.texts['as written'].length).toFixed(0)} % of the texts`,
  };
}

async function main() {
  const [jobFile, resultFile] = process.argv.slice(2);
  let result;
  try {
    result = await measure(JSON.parse(fs.readFileSync(jobFile, 'utf8')));
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    result = { missing: error.message.split('\n')[0] };
  }
  fs.writeFileSync(resultFile, JSON.stringify(result));
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
