/**
 * The tests' `fetch`, from the package that Node's own comes from. What Node 24 brings (undici 7) ends the whole process
 * with an assertion when a server closes the connection while a body waits to be read, which slow readers of long
 * answers meet now and then (https://github.com/nodejs/undici/issues/5360); undici 8 ends such an answer well.
 */
import { install } from "undici";

install();
