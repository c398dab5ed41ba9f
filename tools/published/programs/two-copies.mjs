// Uses plugins of a package that brings its own copy of the core; prints what is said to each.
import { createTrainer } from '@evenkeel/trainer-core';
import { tinyBackbone, tinyDataset } from '@evenkeel/trainer-testing';
import { made, plain } from 'second-plugin';

const said = (plugin) => {
  try {
    createTrainer({ data: tinyDataset(), model: tinyBackbone(), plugins: [plugin] });
    return 'nothing';
  } catch (error) {
    return error.message;
  }
};
console.log(JSON.stringify({ plugin: said(made()), role: said(plain()) }));
