#!/usr/bin/env node
import { runHelper } from "./helper.ts";

void runHelper();
