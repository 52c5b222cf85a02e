#!/usr/bin/env node
// Writes src/lib/version.js before each build.

import { execSync } from 'child_process';
import { writeFileSync } from 'fs';
import { fileURLToPath } from 'url';
import { dirname, join } from 'path';

const __dirname = dirname(fileURLToPath(import.meta.url));

function git(words) {
  try {
    return execSync(`git ${words}`, { encoding: 'utf-8' }).trim();
  } catch (error) {
    return 'unknown';
  }
}

function getGitCommitHash() {
  return git('rev-parse --short HEAD');
}

function getGitBranch() {
  return git('rev-parse --abbrev-ref HEAD');
}

function getGitCommitDate() {
  return git('log -1 --format=%cd --date=short');
}

const version = {
  version: '0.6',
  commit: getGitCommitHash(),
  branch: getGitBranch(),
  commitDate: getGitCommitDate(),
  buildDate: new Date().toISOString().split('T')[0]
};

const outputPath = join(__dirname, '../src/lib/version.js');
writeFileSync(outputPath, `export const VERSION_INFO = ${JSON.stringify(version, null, 2)};\n`, 'utf-8');
console.log('Version info generated:', version);
